// SPDX-License-Identifier: Apache-2.0

import Masks
import Testing

@Suite("Secret mask")
struct SecretMaskTests {
    struct Row: CustomTestStringConvertible {
        var name: String
        var secrets: [String]
        var text: String
        var expected: String

        var testDescription: String { name }
    }

    static let rows = [
        Row(name: "none there", secrets: ["hunter22"], text: "hunter2 hunter 22\n", expected: "hunter2 hunter 22\n"),
        Row(name: "the text is it", secrets: ["hunter22"], text: "hunter22", expected: "***"),
        Row(
            name: "among others",
            secrets: ["hunter22"],
            text: "a hunter22 b hunterhunter22hunter22 hunter2",
            expected: "a *** b hunter****** hunter2"
        ),
        Row(
            name: "one begins another",
            secrets: ["pass", "password", "password123"],
            text: "pass passw password password12 password123 pas",
            expected: "*** ***w *** ***12 *** pas"
        ),
        Row(
            name: "one within another",
            secrets: ["bcde", "abcdefgh"],
            text: "abcdefg abcdefgh",
            expected: "a***fg ***"
        ),
        Row(name: "two overlap", secrets: ["abcdef", "defghi"], text: "xabcdefghix", expected: "x***x"),
        Row(name: "it overlaps itself", secrets: ["aaaa"], text: "baaaaaab aaa", expected: "b***b aaa"),
        Row(
            name: "lines and the whole",
            secrets: ["first line\r\n  second\r\nab\n{}{}{}\n"],
            text: "first line\nsecond\n>first line\r\n  second\r\nab\r\n{}{}{}\n{}{}{} ab",
            expected: "***\n***\n>***\n{}{}{} ab"
        ),
        Row(name: "space around it", secrets: ["  hunter22 \n"], text: "[  hunter22 \n]", expected: "[  *** \n]"),
        Row(name: "four bytes", secrets: ["x1y2"], text: "x1yx1y2", expected: "x1y***"),
    ]

    @Test("a secret that has only begun is not shown, and neither is its rest", arguments: 1...7)
    func conceal(_ cut: Int) {
        var mask = Masking("hunter22").mask
        var output: [UInt8] = []
        let add: (borrowing Span<UInt8>) -> Void = { piece in
            for index in piece.indices { output.append(piece[index]) }
        }
        mask.mask(Array("it is hunter22".utf8.prefix(6 + cut)).span, into: add)
        mask.conceal(into: add)
        // What three bytes tell is told, as it is of every text that begins so.
        let shown = cut < 4 ? String("hunter22".prefix(cut)) : "***"
        #expect(String(decoding: output, as: UTF8.self) == "it is \(shown)")
        output = []
        mask.mask(Array("hunter22".utf8.dropFirst(cut)).span, into: add)
        mask.mask(Array(" and hunter22 hun".utf8).span, into: add)
        mask.flush(into: add)
        #expect(String(decoding: output, as: UTF8.self) == " and *** hun")
    }

    @Test("what only looked like the beginning of a secret goes on as it is")
    func concealInVain() {
        var mask = Masking("hunter22").mask
        var output: [UInt8] = []
        let add: (borrowing Span<UInt8>) -> Void = { piece in
            for index in piece.indices { output.append(piece[index]) }
        }
        mask.mask(Array("hunte".utf8).span, into: add)
        mask.conceal(into: add)
        mask.mask(Array("d hunter22\n".utf8).span, into: add)
        #expect(String(decoding: output, as: UTF8.self) == "***d ***\n")
        #expect(!mask.isHolding)
    }

    @Test("secrets are replaced wherever the stream is cut", arguments: rows)
    func cuts(_ row: Row) {
        let masking = Masking(row.secrets.map { Array($0.utf8) })
        let text = Array(row.text.utf8)
        let expected = Array(row.expected.utf8)
        #expect(masking.mask.masked(row.text) == row.expected)
        #expect(masking.output([text]) == expected)
        #expect(masking.output(text.map { [$0] }) == expected)
        let badCuts = (0...text.count).filter { masking.output([Array(text[..<$0]), Array(text[$0...])]) != expected }
        #expect(badCuts == [])
    }

    @Test("random streams come out as if every place were looked at one by one", arguments: 1...40)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("abc".utf8.prefix(Int.random(in: 1...3, using: &generator)))
        func text(_ length: Int) -> [UInt8] {
            (0..<length).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
        }
        let values = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
            text(Int.random(in: 4...Int.random(in: 4...24, using: &generator), using: &generator))
        }
        let masking = Masking(values)
        for _ in 0..<20 {
            var stream = text(Int.random(in: 0...120, using: &generator))
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                // Bytes of all kinds, UTF-8 or not, and secrets whole and in part.
                stream += (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                    .random(in: 0...255, using: &generator)
                }
                stream += (values.randomElement(using: &generator) ?? []).dropLast(
                    .random(in: 0...2, using: &generator)
                )
            }
            var chunks: [[UInt8]] = []
            var rest = stream[...]
            while !rest.isEmpty {
                let chunk = rest.prefix(.random(in: 0...Int.random(in: 1...100, using: &generator), using: &generator))
                chunks.append(Array(chunk))
                rest = rest.dropFirst(chunk.count)
            }
            let expected = Masking.expected(stream, hiding: values)
            #expect(masking.output(chunks) == expected)
            #expect(masking.output([stream]) == expected)
        }
    }

    @Test("only what may become a secret is held back")
    func holding() {
        let masking = Masking("hunter22")
        let chunks = ["Password: ", "h", "unt", "x> hunter2", "2", "hunter22 hunt", "er"].map { Array($0.utf8) }
        let texts = masking.pieces(chunks).map { String(decoding: $0, as: UTF8.self) }
        #expect(texts == ["Password: ", "", "", "huntx> ", "***", "*** ", "", "hunter"])
    }

    @Test("a stream with nothing to hide is given on in one piece each time")
    func wholePieces() {
        var mask = Masking("hunter22").mask
        var count = 0
        for _ in 0..<3 { mask.mask(Array("nothing here\n".utf8).span) { _ in count += 1 } }
        #expect(count == 3)
    }

    @Test("bytes that are not UTF-8 stay, and may be secret")
    func otherBytes() {
        let masking = Masking([[0xFF, 0x00, 0xFE, 0x80]])
        let around: [UInt8] = [0xC3, 0xFF, 0x00]
        #expect(masking.output([around + [0xFF, 0x00, 0xFE, 0x80] + around]) == around + Array("***".utf8) + around)
    }

    @Test("a secret of 64 KB is hidden")
    func large() {
        var generator = SeededGenerator(seed: 7)
        let value = (0..<65_536).map { _ in UInt8.random(in: 0x21...0x7E, using: &generator) }
        let masking = Masking([value])
        let text = Array("<".utf8) + value + Array(">".utf8)
        #expect(masking.output([text]) == Array("<***>".utf8))
        let chunks = stride(from: 0, to: text.count, by: 4096).map { Array(text[$0..<min($0 + 4096, text.count)]) }
        #expect(masking.output(chunks) == Array("<***>".utf8))
        #expect(masking.output([Array(text.dropLast(2))]) == Array(text.dropLast(2)))
    }

    @Test("thousands of secrets are hidden")
    func many() {
        let values = (0..<3000).map { Array("secret-number-\($0)-\($0 &* 7919 % 1000)".utf8) }
        let masking = Masking(values)
        let text = Array(values.joined(separator: [0x20]))
        #expect(masking.output([text]) == Array(values.map { _ in Array("***".utf8) }.joined(separator: [0x20])))
    }

    @Test("values that would hide the log are refused in words without the value")
    func refused() {
        let mask = SecretMask(hiding: [
            NamedSecret(name: "PIN", value: " 42\n"),
            NamedSecret(name: "ONE", value: "x"),
            NamedSecret(name: "EMPTY", value: ""),
            NamedSecret(name: "DEBUG", value: "True"),
            NamedSecret(name: "TOKEN", value: "hunter22"),
            NamedSecret(name: "DUMP", value: [UInt8](repeating: 0x41, count: 200_000)),
        ])
        #expect(
            mask.refused.map(\.description) == [
                "PIN is too short (2 characters) to be hidden in the log",
                "ONE is too short (1 character) to be hidden in the log",
                "DEBUG is too common a word to be hidden in the log",
                "DUMP is too long (200000 bytes) to be hidden in the log",
            ]
        )
        #expect(mask.masked("42 x true hunter22 AAAA") == "42 x true *** AAAA")
    }

    @Test("without secrets nothing changes")
    func empty() {
        let mask = SecretMask(hiding: [])
        #expect(mask.isEmpty)
        #expect(mask.masked("as it is") == "as it is")
    }
}
