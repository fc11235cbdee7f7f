// SPDX-License-Identifier: Apache-2.0

/// Makes inputs for a target: good ones changed in a few places, heaps of its words, and noise.
package struct InputMaker {
    /// Values at which counters and sizes go wrong.
    private static let numbers = [
        "0", "-1", "1", "255", "256", "65535", "65536", "2147483647", "2147483648", "4294967296", "1e999", "-1e308",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e19", "0x10", "NaN", "00", "1.5",
    ]
    private static let texts = [
        "", " ", "\n", "\t", "\r\n", "\0", "\"", "'", "\\", "/", "..", "{", "}", "[", "]", "(", ")", ":", ",", "*",
        "é", "e\u{301}", "🏴‍☠️", "\u{202E}", "\u{FEFF}", "\u{85}", "null", "true", "<", ">", "&", "|", "\u{1B}[2J",
    ]
    private static let bytes: [UInt8] = [0, 1, 0x7F, 0x80, 0xBF, 0xC0, 0xED, 0xF4, 0xFE, 0xFF]
    /// Longer inputs only take longer.
    static let limitBytes = 16_384

    private let seeds: [[UInt8]]
    private let words: [[UInt8]]

    package init(_ target: any FuzzTarget) {
        seeds = target.seeds
        // The target's own words are taken as often as all others together.
        let own = target.words.map { Array($0.utf8) }
        let others = (Self.numbers + Self.texts).map { Array($0.utf8) }
        let times = own.isEmpty ? 0 : max(1, others.count / own.count)
        words = others + (0..<times).flatMap { _ in own }
    }

    /// The input of a seed, always the same.
    package func make(seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        var input: [UInt8]
        switch generator.number(below: 10) {
        case 0: input = (0..<generator.number(below: 64)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        case 1, 2: input = heap(&generator)
        default: input = seeds.randomElement(using: &generator) ?? []
        }
        for _ in 0..<generator.number(below: 8) { change(&input, &generator) }
        return Array(input.prefix(Self.limitBytes))
    }

    /// An input with one place changed.
    package func changed(_ input: [UInt8], seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        var input = input
        change(&input, &generator)
        return input
    }

    private func word(_ generator: inout SeededGenerator) -> [UInt8] {
        words.randomElement(using: &generator) ?? []
    }

    private func heap(_ generator: inout SeededGenerator) -> [UInt8] {
        (0..<generator.number(below: 40)).flatMap { _ in word(&generator) }
    }

    private func change(_ input: inout [UInt8], _ generator: inout SeededGenerator) {
        let start = generator.number(below: input.count + 1)
        let end = min(input.count, start + generator.number(below: 16))
        switch generator.number(below: 9) {
        case 0: input.removeSubrange(start..<end)
        case 1, 2: input.insert(contentsOf: word(&generator), at: start)
        case 3: input.replaceSubrange(start..<end, with: word(&generator))
        case 4: if start < input.count { input[start] ^= 1 << UInt8(generator.number(below: 8)) }
        case 5: if start < input.count { input[start] = Self.bytes.randomElement(using: &generator) ?? 0 }
        case 6: input.insert(contentsOf: input[start..<end], at: generator.number(below: input.count + 1))
        case 7:
            // Depth and length: the same piece many times.
            let piece = end > start ? Array(input[start..<end]) : word(&generator)
            let count = [3, 30, 600].randomElement(using: &generator) ?? 3
            input.insert(contentsOf: (0..<count).flatMap { _ in piece }, at: start)
        default:
            let other = seeds.randomElement(using: &generator) ?? []
            input.replaceSubrange(start..., with: other.suffix(generator.number(below: other.count + 1)))
        }
    }
}
