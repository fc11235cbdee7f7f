// SPDX-License-Identifier: Apache-2.0

import Digests
import Foundation
import TestSupport
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    @Test(
        "the examples of FIPS 180-2 come out",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ]
    )
    func examples(text: String, hex: String) {
        #expect(SHA256Digest(of: Array(text.utf8)).hex == hex)
    }

    @Test("a sum made in pieces is the sum of the whole, and can go on")
    func pieces() {
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var hasher = SHA256Hasher()
        hasher.update(Array(bytes[..<1_000]))
        #expect(hasher.digest() == SHA256Digest(of: Array(bytes[..<1_000])))
        hasher.update(Array(bytes[1_000...]))
        #expect(hasher.digest() == SHA256Digest(of: bytes))
    }

    @Test("a file's sum is that of its bytes", .scratchDirectory)
    func file() throws {
        let bytes = (0..<700_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let path = ScratchDirectory.path + "/file"
        try Data(bytes).write(to: URL(filePath: path))
        #expect(try SHA256Digest(ofFileAt: path) == SHA256Digest(of: bytes))
    }

    @Test("hexadecimal digits come back as the same sum, in both cases and as JSON")
    func hexadecimal() throws {
        let digest = SHA256Digest(of: [1, 2, 3])
        #expect(SHA256Digest(hex: digest.hex) == digest)
        #expect(SHA256Digest(hex: digest.hex.uppercased()) == digest)
        #expect(SHA256Digest(bytes: digest.bytes) == digest)
        let json = try JSONEncoder().encode([digest])
        #expect(String(decoding: json, as: UTF8.self) == "[\"\(digest.hex)\"]")
        #expect(try JSONDecoder().decode([SHA256Digest].self, from: json) == [digest])
    }

    @Test(
        "what is not 64 hexadecimal digits is no sum",
        arguments: ["", "00", String(repeating: "g", count: 64), String(repeating: "0", count: 65)]
    )
    func invalid(text: String) {
        #expect(SHA256Digest(hex: text) == nil)
    }
}
