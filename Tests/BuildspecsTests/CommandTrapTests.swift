// SPDX-License-Identifier: Apache-2.0

import Buildspecs
import Diagnostics
import Testing

/// A command that YAML reads as something else.
struct Trap: Sendable, CustomTestStringConvertible {
    let item: String
    let message: String
    let hint: String
    let wireMessage: String

    init(_ item: String, _ message: String, hint: String, wire: String) {
        self.item = item
        self.message = message
        self.hint = hint
        self.wireMessage = wire
    }

    var testDescription: String { item }
}

@Suite("Commands that YAML misreads")
struct CommandTrapTests {
    private static let colon = "the `: ` makes YAML read this item as a mapping, so it is not a command"
    private static let bracket = "YAML takes `[` at the start of an item for a list, so this is not a command"
    private static let brace = "YAML takes `{` at the start of an item for a mapping, so this is not a command"
    private static let subkeys =
        "Expected Commands[1] to be of string type: found subkeys instead at line 6, value of the key tag on line 5 might be empty"
    private static let list = "Expected Commands[1] to be of string type: found list instead at line 6"

    static let traps: [Trap] = [
        Trap("echo \"Step 1: go\"", colon, hint: "- 'echo \"Step 1: go\"'", wire: subkeys),
        Trap("echo a: b", colon, hint: "- 'echo a: b'", wire: subkeys),
        Trap("awk '{print $1: $2}'", colon, hint: "- 'awk ''{print $1: $2}'''", wire: subkeys),
        Trap("echo {a: b}", colon, hint: "- 'echo {a: b}'", wire: subkeys),
        Trap("echo \"a\": b", colon, hint: "- 'echo \"a\": b'", wire: subkeys),
        Trap("curl -H \"A: b\" x  # c", colon, hint: "- 'curl -H \"A: b\" x  # c'", wire: subkeys),
        Trap(
            "echo a:",
            "the `:` at the end makes YAML read this item as a mapping, so it is not a command",
            hint: "- 'echo a:'",
            wire: subkeys
        ),
        Trap("{ a; b; }", brace, hint: "- '{ a; b; }'", wire: subkeys),
        Trap("[ -f x ]", bracket, hint: "- '[ -f x ]'", wire: list),
        Trap("[a, b]", bracket, hint: "- '[a, b]'", wire: list),
    ]

    @Test("the item is named, with the line to write instead and the words of AWS", arguments: traps)
    func trap(_ trap: Trap) throws {
        let text = BuildspecSamples.build("commands:\n  - ok\n  - \(trap.item)")
        let reading = BuildspecReader.read(Array(text.utf8), file: "f")
        #expect(reading.diagnostics.count == 1)
        let diagnostic = try #require(reading.diagnostics.first)
        #expect(diagnostic.message == trap.message)
        #expect(diagnostic.hint == "quote the whole item: \(trap.hint)")
        #expect(diagnostic.wireMessage == trap.wireMessage)
        #expect(diagnostic.location == SourceLocation(file: "f", line: 6, column: 9))
        #expect(diagnostic.length == trap.item.unicodeScalars.count)
    }

    @Test("the line of the hint works", arguments: traps)
    func hintWorks(_ trap: Trap) throws {
        let reading = BuildspecReader.read(Array(BuildspecSamples.build("commands:\n  \(trap.hint)").utf8), file: "f")
        #expect(reading.buildspec?.phases[.build]?.commands.map(\.text) == [trap.item])
    }

    @Test("an item over several lines gets general advice")
    func severalLines() throws {
        let text = BuildspecSamples.build("commands:\n  - a: b\n    c: d")
        let diagnostic = try #require(BuildspecReader.read(Array(text.utf8), file: "f").diagnostics.first)
        #expect(diagnostic.hint == "quote the whole item, or write `- |` and the command on the lines below")
    }

    @Test("a list in a list is named")
    func nestedList() throws {
        let text = BuildspecSamples.build("commands:\n  - - a")
        let diagnostic = try #require(BuildspecReader.read(Array(text.utf8), file: "f").diagnostics.first)
        #expect(diagnostic.message == "this item is a list, not a command")
        #expect(diagnostic.wireMessage == "Expected Commands[0] to be of string type: found list instead at line 5")
    }

    @Test("in `finally` too, without words that AWS is not known to say")
    func finally() throws {
        let text = BuildspecSamples.build("finally:\n  - a: b")
        let diagnostic = try #require(BuildspecReader.read(Array(text.utf8), file: "f").diagnostics.first)
        #expect(diagnostic.message == Self.colon)
        #expect(diagnostic.wireMessage == nil)
    }

    @Test("scalars keep their source text as commands")
    func sourceText() {
        let text = BuildspecSamples.build(
            "commands:\n  - 42\n  - true\n  - 3.10\n  - -x y\n  - ${X}\n  - echo hi # x\n  - echo foo:bar"
        )
        let commands = BuildspecReader.read(Array(text.utf8), file: "f").buildspec?.phases[.build]?.commands
        #expect(commands?.map(\.text) == ["42", "true", "3.10", "-x y", "${X}", "echo hi", "echo foo:bar"])
    }
}
