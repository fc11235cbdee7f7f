// SPDX-License-Identifier: Apache-2.0

import Masks

/// A mask, and what comes out of it when a text goes in cut into chunks.
struct Masking {
    let mask: SecretMask

    init(_ values: String...) {
        self.init(values.map { Array($0.utf8) })
    }

    init(_ values: [[UInt8]]) {
        mask = SecretMask(hiding: values.enumerated().map { NamedSecret(name: "S\($0.offset)", value: $0.element) })
    }

    /// The pieces that come out while chunks go in, and last those that `flush` gives.
    func pieces(_ chunks: [[UInt8]]) -> [[UInt8]] {
        var mask = mask
        var result: [[UInt8]] = []
        for chunk in chunks {
            var piece: [UInt8] = []
            mask.mask(chunk.span) { part in
                for index in part.indices { piece.append(part[index]) }
            }
            result.append(piece)
        }
        var rest: [UInt8] = []
        mask.flush { part in
            for index in part.indices { rest.append(part[index]) }
        }
        return result + [rest]
    }

    /// All that comes out.
    func output(_ chunks: [[UInt8]]) -> [UInt8] {
        Array(pieces(chunks).joined())
    }

    /// What should come out: every occurrence found one by one, those that overlap joined.
    static func expected(_ text: [UInt8], hiding values: [[UInt8]]) -> [UInt8] {
        var ends = [Int](repeating: 0, count: text.count + 1)
        for start in text.indices {
            for value in values where text[start...].starts(with: value) {
                ends[start] = max(ends[start], start + value.count)
            }
        }
        var result: [UInt8] = []
        var position = 0
        while position < text.count {
            if ends[position] == 0 {
                result.append(text[position])
                position += 1
                continue
            }
            var end = ends[position]
            while position < end {
                end = max(end, ends[position])
                position += 1
            }
            result += Array("***".utf8)
        }
        return result
    }
}

/// Random numbers that are the same on every run (Marsaglia, "Xorshift RNGs").
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
