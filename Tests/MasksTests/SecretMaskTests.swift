// SPDX-License-Identifier: Apache-2.0

import Masks
import Testing

@Suite("Secret mask")
struct SecretMaskTests {
    /// The text as it comes out when it goes in cut at certain places.
    static func output(_ mask: SecretMask, _ chunks: [[UInt8]]) -> [UInt8] {
        var mask = mask
        var result: [UInt8] = []
        let add: (borrowing Span<UInt8>) -> Void = { piece in
            for index in piece.indices { result.append(piece[index]) }
        }
        for chunk in chunks { mask.mask(chunk.span, into: add) }
        mask.flush(into: add)
        return result
    }

    static func mask(_ values: [String]) -> SecretMask {
        SecretMask(hiding: values.enumerated().map { NamedSecret(name: "S\($0.offset)", value: $0.element) })
    }

    @Test("a secret is replaced wherever the stream is cut")
    func cuts() {
        let mask = Self.mask(["hunter2-secret"])
        let text = Array("a hunter2-secret b hunter2-secre hunter2-secrethunter2-secret\n".utf8)
        let expected = Array("a *** b hunter2-secre ******\n".utf8)
        #expect(Self.output(mask, [text]) == expected)
        #expect(Self.output(mask, text.map { [$0] }) == expected)
        for cut in 0...text.count {
            #expect(Self.output(mask, [Array(text[..<cut]), Array(text[cut...])]) == expected)
        }
    }
}
