// SPDX-License-Identifier: Apache-2.0

import Buildspecs
import Diagnostics
import Testing

@Suite("Hostile buildspecs", .timeLimit(.minutes(40)))
struct BuildspecHostileTests {
    /// SplitMix64: the same numbers for the same seed, everywhere.
    private struct SeededGenerator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var value = state
            value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
            value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
            return value ^ (value >> 31)
        }
    }

    private static let scraps = [
        "\n", " ", "  ", "\t", ":", ": ", "- ", "-", "[", "]", "{", "}", "'", "\"", "#", " #", "&a ", "*a", "!x ", "|",
        ">", "%",
        "<<: *a", "---", "...", "?", ",", "\\", "\0", "\u{FEFF}", "null", "~", "yes", "0.1", "RETRY-5", "$(x", "<(",
        "é", "🎉",
        "RETRY-2-(", "${A:0", "\\\n", "\u{a0}", "phases:", "commands:", "steps:", "batch:", "build-graph:",
        "depend-on:", "\r", "\r\n", "\u{85}",
    ]

    private static let batch = BuildspecSamples.top(
        "batch:\n  build-graph:\n    - identifier: a\n      env: {variables: {X: y}}\n    - identifier: b\n      depend-on: [a]"
    )
    private static let steps = BuildspecSamples.build("steps:\n  - run: make\n  - uses: x\n    with: {a: b}")

    @Test("mutations of valid buildspecs are read or refused with a place", arguments: 0..<12)
    func mutations(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        let originals = [BuildspecSamples.everything, Self.batch, Self.steps].map { Array($0.utf8) }
        for _ in 0..<150 {
            var bytes = originals.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let start = Int.random(in: 0...bytes.count, using: &generator)
                let end = min(bytes.count, start + Int.random(in: 0...12, using: &generator))
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes.removeSubrange(start..<end)
                case 1: bytes.insert(contentsOf: (Self.scraps.randomElement(using: &generator) ?? "").utf8, at: start)
                case 2:
                    bytes.insert(contentsOf: bytes[start..<end], at: Int.random(in: 0...bytes.count, using: &generator))
                default: if start < bytes.count { bytes[start] = UInt8.random(in: 0...255, using: &generator) }
                }
            }
            check(bytes)
        }
    }

    private func check(_ bytes: [UInt8]) {
        let reading = BuildspecReader.read(bytes, file: "f")
        #expect((reading.buildspec == nil) == reading.diagnostics.hasErrors)
        #expect(reading.diagnostics.count <= 201)
        #expect(reading.diagnostics.allSatisfy { $0.location.line >= 1 && $0.location.column >= 1 && $0.length >= 1 })
        #expect(reading.diagnostics.map(\.location) == reading.diagnostics.map(\.location).sorted())
        let rendered = DiagnosticRenderer(source: bytes).render(reading.diagnostics)
        #expect(rendered.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
        _ = reading.buildspec?.refusals()
    }

    /// Texts of about 1 MB, each aimed at one part of the reader.
    static let largeTexts: [(name: String, text: String)] = [
        ("unknown keys", (0..<90_000).map { "k\($0): v\n" }.joined()),
        (
            "unknown keys in a phase",
            BuildspecSamples.build((0..<22_000).map { "comand\($0): v" }.joined(separator: "\n"))
        ),
        ("duplicate keys", BuildspecSamples.build(String(repeating: "commands: a\n", count: 22_000))),
        (
            "mappings as commands",
            BuildspecSamples.build("commands:\n" + String(repeating: "  - a: b\n", count: 16_000))
        ),
        ("empty items", BuildspecSamples.build("commands:\n" + String(repeating: "  -\n", count: 45_000))),
        ("commands", BuildspecSamples.build("commands:\n" + String(repeating: "  - '[[ x'\n", count: 45_000))),
        (
            "good commands",
            BuildspecSamples.build("commands:\n" + String(repeating: "  - ab c\n", count: 45_000))
        ),
        ("one command", BuildspecSamples.build("commands:\n  - " + String(repeating: "a $(b \"c ", count: 120_000))),
        ("one expansion", BuildspecSamples.build("commands:\n  - " + String(repeating: "${A:-", count: 200_000))),
        (
            "false spaces",
            BuildspecSamples.build(
                "commands:\n" + String(repeating: "  - a\u{a0}b \u{2013}c \\\n      d\n", count: 15_000)
            )
        ),
        (
            "patterns",
            BuildspecSamples.build("commands: [a]\non-failure: RETRY-" + String(repeating: "(a*)*", count: 200_000))
        ),
        (
            "short patterns",
            BuildspecSamples.build("commands: [a]\non-failure: RETRY-" + String(repeating: "(", count: 490))
        ),
        (
            "unknown steps",
            BuildspecSamples.build("steps:\n" + String(repeating: "  - {rnu: a, x: b}\n", count: 12_000))
        ),
        (
            "one key",
            "version: 0.2\n" + String(repeating: "k", count: 1000) + ": " + String(repeating: "v", count: 1_000_000)
        ),
        ("one line", "version: 0.2\nphases: {" + String(repeating: "bulid: x, ", count: 22_000) + "}"),
        (
            "a long line before many problems",
            "{version: 0.2, x-a: " + String(repeating: "é", count: 450_000) + ", phases: {build: {commands: ["
                + String(repeating: "{a: b}, ", count: 5_000) + "]}}}"
        ),
        (
            "a chain of builds",
            BuildspecSamples.top(
                "batch:\n  build-graph:\n"
                    + (1...6_000).map { "  - {identifier: b\($0), depend-on: [b\($0 + 1)]}\n" }.joined()
                    + "  - {identifier: b6001, depend-on: [b1]}\n"
            )
        ),
        (
            "unknown dependencies",
            BuildspecSamples.top(
                "batch:\n  build-graph:\n  - identifier: a\n    depend-on: [" + String(repeating: "x, ", count: 45_000)
                    + "]"
            )
        ),
    ]

    @Test("a large hostile file is read in bounded time and with few diagnostics", arguments: largeTexts.map(\.name))
    func large(name: String) throws {
        let text = try #require(Self.largeTexts.first { $0.name == name }).text
        check(Array(text.utf8))
    }

    private static let bomb =
        "a0: &a0 [x]\n"
        + (1..<9).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1), *a\($0 - 1), *a\($0 - 1)]\n" }.joined()
        + "b: [*a8, *a8]"

    @Test(
        "a file that is no YAML of ours is one error",
        arguments: [
            ("[", 10_000, "lists and mappings are nested more than 100 levels deep"),
            (bomb, 1, "with its aliases written out the file has more than 50000 values"),
            ("version: 0.2\n---\n", 2, "a second document starts here; one is expected"),
            ("version: 0.2\nphases: \u{1}", 1, "the control character 0x01 is not allowed in YAML"),
        ]
    )
    func oneError(text: String, count: Int, message: String) {
        let reading = BuildspecReader.read(Array(String(repeating: text, count: count).utf8), file: "f")
        #expect(reading.buildspec == nil)
        #expect(reading.diagnostics.map(\.message) == [message])
    }
}
