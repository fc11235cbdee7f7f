// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Testing
import YAML

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

@Suite("YAML fuzzing", .timeLimit(.minutes(40)))
struct YAMLFuzzTests {
    private static let alphabet = Array("ab :-?[]{}&*!|>%@`\"'#,\n\r\t\\<0~=/$é\u{85}\u{FEFF}".utf8)

    @Test("random text is read or refused with a place in it, and can be rendered", arguments: 0..<8)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<400 {
            let count = Int.random(in: 0..<200, using: &generator)
            let bytes = (0..<count).map { _ in
                round % 2 == 0
                    ? Self.alphabet.randomElement(using: &generator) ?? 0 : UInt8.random(in: 0...255, using: &generator)
            }
            do throws(YAMLError) {
                _ = try YAMLReader.read(bytes, file: "f")
            } catch {
                #expect(error.location.line >= 1 && error.location.column >= 1)
                #expect(error.location.line <= SourceText(bytes).lineCount, "\(bytes) \(error)")
                let text = DiagnosticRenderer(source: bytes).render(error.diagnostic)
                #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
            }
        }
    }
}
