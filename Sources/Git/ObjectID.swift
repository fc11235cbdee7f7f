// SPDX-License-Identifier: Apache-2.0

internal import CGit2

/// The name of a git object: a SHA-1 digest of 20 bytes.
package struct ObjectID: Sendable, Hashable, Comparable, CustomStringConvertible {
    // Three words instead of an array: no allocation, and equality and hashing are a few instructions.
    private let first: UInt64
    private let second: UInt64
    private let third: UInt32

    private init(_ first: UInt64, _ second: UInt64, _ third: UInt32) {
        self.first = first
        self.second = second
        self.third = third
    }

    /// The name that stands for "no object": the old value of a ref that is new, the new value of one that is gone.
    package static let zero = ObjectID(0, 0, 0)

    /// Reads 40 hexadecimal digits; nil for anything else, abbreviations included.
    package init?(hex: some StringProtocol) {
        self.init(hexBytes: Array(hex.utf8))
    }

    /// Reads 40 hexadecimal digits in ASCII; nil for anything else.
    package init?(hexBytes: some Collection<UInt8>) {
        guard hexBytes.count == 40 else { return nil }
        var words: (UInt64, UInt64, UInt32) = (0, 0, 0)
        for (index, byte) in hexBytes.enumerated() {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            switch index {
            case ..<16: words.0 = words.0 << 4 | UInt64(digit)
            case ..<32: words.1 = words.1 << 4 | UInt64(digit)
            default: words.2 = words.2 << 4 | UInt32(digit)
            }
        }
        self.init(words.0, words.1, words.2)
    }

    /// Whether this is `zero`.
    package var isZero: Bool { self == .zero }

    /// The 40 digits, lower case.
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return unsafe String(unsafeUninitializedCapacity: 40) { buffer in
            for index in 0..<20 {
                unsafe buffer[2 * index] = digits[Int(byte(index) >> 4)]
                unsafe buffer[2 * index + 1] = digits[Int(byte(index) & 15)]
            }
            return 40
        }
    }

    package var description: String { hex }

    package static func < (left: ObjectID, right: ObjectID) -> Bool {
        (left.first, left.second, left.third) < (right.first, right.second, right.third)
    }

    private func byte(_ index: Int) -> UInt8 {
        switch index {
        case ..<8: UInt8(truncatingIfNeeded: first >> (56 - 8 * index))
        case ..<16: UInt8(truncatingIfNeeded: second >> (120 - 8 * index))
        default: UInt8(truncatingIfNeeded: third >> (152 - 8 * index))
        }
    }
}

extension ObjectID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = ObjectID(hex: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not 40 hexadecimal digits")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}

extension ObjectID {
    /// Copies libgit2's form.
    init(_ raw: git_oid) {
        self = unsafe withUnsafeBytes(of: raw) { bytes in
            ObjectID(
                UInt64(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                UInt32(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
            )
        }
    }

    /// Libgit2's form.
    var raw: git_oid {
        var result = git_oid()
        unsafe withUnsafeMutableBytes(of: &result) { bytes in
            unsafe bytes.storeBytes(of: first.bigEndian, toByteOffset: 0, as: UInt64.self)
            unsafe bytes.storeBytes(of: second.bigEndian, toByteOffset: 8, as: UInt64.self)
            unsafe bytes.storeBytes(of: third.bigEndian, toByteOffset: 16, as: UInt32.self)
        }
        return result
    }
}

extension ObjectID {
    /// The name that git would give a file of this content (`git hash-object`); nothing is stored.
    package static func ofBlob(_ bytes: [UInt8]) throws(GitError) -> ObjectID {
        try LibGit2.start()
        var id = git_oid()
        let code = unsafe bytes.withUnsafeBytes { unsafe git_odb_hash(&id, $0.baseAddress, $0.count, GIT_OBJECT_BLOB) }
        try LibGit2.check("git_odb_hash", nil, code)
        return ObjectID(id)
    }
}
