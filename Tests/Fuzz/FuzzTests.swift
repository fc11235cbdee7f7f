// SPDX-License-Identifier: Apache-2.0

import Foundation
import FuzzTargets
import Testing

/// `NACRE_FUZZ_SEED` repeats one input, of `NACRE_FUZZ_TARGET` or of all; `NACRE_FUZZ_SECONDS` goes on for so long.
@Suite("Fuzzing", .timeLimit(.minutes(40)))
struct FuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    /// Targets that start programs or write files for each input get fewer.
    private static let slow = [
        "audit": 150, "backup": 150, "buildspec": 250, "git": 250, "journal": 150, "report": 150, "shell": 60,
        "template": 150, "zip": 250,
    ]
    private static let targets = FuzzTargets.all.map(\.name).filter { environment["NACRE_FUZZ_TARGET"] ?? $0 == $0 }

    @Test("what must hold of bad input holds", arguments: targets)
    func inputs(target: String) throws {
        let run = FuzzRun(try #require(FuzzTargets.named(target)))
        if let seed = Self.environment["NACRE_FUZZ_SEED"].flatMap({ UInt64($0) }) { return try run.round(seed: seed) }
        guard let seconds = Self.environment["NACRE_FUZZ_SECONDS"].flatMap({ Double($0) }) else {
            return try run.rounds(0..<UInt64(Self.slow[target] ?? 500))
        }
        let end = Date(timeIntervalSinceNow: seconds)
        var seed = UInt64.random(in: 0..<(1 << 48))
        while Date() < end {
            try run.rounds(seed..<(seed + 10))
            seed += 10
        }
    }

    @Test("an input that fails is made small, and comes again by its seed")
    func shrinking() throws {
        let run = FuzzRun(BrokenTarget())
        var seed: UInt64 = 0
        var found: FuzzFinding?
        while found == nil, seed < 10_000 {
            do { try run.round(seed: seed) } catch let finding as FuzzFinding { found = finding }
            seed += 1
        }
        let finding = try #require(found)
        #expect(
            finding.description
                == """
                broken: it holds an X
                input of 1 bytes: "X"; again: NACRE_FUZZ_TARGET=broken NACRE_FUZZ_SEED=\(seed - 1)
                """
        )
    }

    /// Fails for what has an X.
    private struct BrokenTarget: FuzzTarget {
        let name = "broken"
        let seeds = [Array("some text".utf8)]
        let words = ["X", "Y"]

        func check(_ input: [UInt8]) throws {
            if input.contains(UInt8(ascii: "X")) { throw FuzzFailure("it holds an X") }
        }
    }
}
