// SPDX-License-Identifier: Apache-2.0

internal import Masks

/// However a stream is cut, the same comes out of the mask, and no secret in it.
struct MaskTarget: FuzzTarget {
    let name = "mask"
    let seeds = [
        "hunter22\nhunter2233\n\nPassword: hunter22hunter2233 aHVudGVyMjI= hunter%322",
        "abab\nbaba\nabcabcabd\n\nababababcabcabcabdbab",
        "pass word/+\"'\\\n\npass%20word%2F%2B%22'%5C \"pass word/+\\\"'\\\\\"",
        "a\u{E9}\u{1F600}b\n\na\u{E9}\u{1F600}b\\u00e9", "line1234\u{0}two\n\nx",
    ].map { Array($0.utf8) }
    let words = [
        "hunter22", "hunt", "abab", "ab", "a", "b", "%20", "\\", "\"", "+", "=", "aHVudGVyMjI", "\r\n", "***", "\n\n",
        "%", "\\u00e9",
    ]

    /// Lines up to an empty one are secrets; the rest is the stream.
    func check(_ input: [UInt8]) throws {
        var rest = input[...]
        var values: [[UInt8]] = []
        while let end = rest.firstIndex(of: 0x0A), end > rest.startIndex, values.count < 20 {
            values.append(Array(rest[..<end]))
            rest = rest[(end + 1)...]
        }
        if rest.first == 0x0A { rest = rest.dropFirst() }
        let stream = Array(rest)
        let mask = SecretMask(hiding: values.enumerated().map { NamedSecret(name: "S\($0.offset)", value: $0.element) })
        let whole = Self.output(mask, [stream])

        var generator = SeededGenerator(hashing: input)
        for size in [1, 3, 17, 200] {
            var chunks: [[UInt8]] = []
            var rest = stream[...]
            while !rest.isEmpty {
                let chunk = rest.prefix(1 + generator.number(below: size))
                chunks.append(Array(chunk))
                rest = rest.dropFirst(chunk.count)
            }
            try FuzzFailure.unless(
                Self.output(mask, chunks) == whole,
                "cut into chunks of \(size) it comes out otherwise"
            )
        }
        let refused = Set(mask.refused.map(\.name))
        for (index, value) in values.enumerated() where !refused.contains("S\(index)") {
            let value = Self.trimmed(value)
            // Stars may put one together.
            if value.isEmpty || value.contains(UInt8(ascii: "*")) { continue }
            try FuzzFailure.unless(whole.firstRange(of: value) == nil, "secret \(index) is in \(whole)")
        }
    }

    private static func output(_ mask: SecretMask, _ chunks: [[UInt8]]) -> [UInt8] {
        var mask = mask
        var result: [UInt8] = []
        func add(_ piece: borrowing Span<UInt8>) {
            for index in piece.indices { result.append(piece[index]) }
        }
        for chunk in chunks { mask.mask(chunk.span, into: add) }
        mask.flush(into: add)
        return result
    }

    private static func trimmed(_ value: [UInt8]) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let start = value.firstIndex(where: { !isSpace($0) }), let end = value.lastIndex(where: { !isSpace($0) })
        else {
            return []
        }
        return value[start...end]
    }
}
