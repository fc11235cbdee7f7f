// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Testing
import YAML

@Suite("Hostile YAML", .timeLimit(.minutes(40)))
struct YAMLHostileTests {
    private func code(_ text: String, limits: YAMLLimits = YAMLLimits()) -> YAMLError.Code? {
        do throws(YAMLError) {
            _ = try YAMLReader.read(Array(text.utf8), file: "f", limits: limits)
            return nil
        } catch {
            #expect(error.location.line >= 1 && error.location.column >= 1)
            #expect(!error.message.isEmpty)
            return error.code
        }
    }

    @Test("depth 10,000 is one error, however it is written", arguments: ["[", "{a: ", "- ", "? ", "[{a: "])
    func deep(opening: String) {
        #expect(code(String(repeating: opening, count: 10_000) + "x") == .tooDeep)
    }

    @Test("depth by indentation is one error")
    func deepIndentation() {
        #expect(code((0..<2000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()) == .tooDeep)
    }

    @Test("depth counts through aliases")
    func deepAliases() {
        let text = "- &a0 [x]\n" + (1...200).map { "- &a\($0) [*a\($0 - 1)]\n" }.joined()
        #expect(code(text) == .tooDeep)
    }

    @Test("the greatest depth allowed is read")
    func deepest() {
        #expect(code(String(repeating: "[", count: 100) + String(repeating: "]", count: 100)) == nil)
        #expect(code(String(repeating: "[", count: 101) + String(repeating: "]", count: 101)) == .tooDeep)
    }

    @Test("an alias bomb is refused at the alias that goes over the limit")
    func bomb() {
        let text =
            "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
            + (1...20).map { index in
                "a\(index): &a\(index) [\(Array(repeating: "*a\(index - 1)", count: 10).joined(separator: ","))]\n"
            }.joined()
        #expect(code(text) == .tooManyNodes)
    }

    @Test("a bomb of merge keys is refused too")
    func mergeBomb() {
        let keys = (0..<500).map { "k\($0): x" }.joined(separator: ", ")
        let text = "a0: &a0 {\(keys)}\n" + (1...2000).map { "a\($0): &a\($0) {<<: *a\($0 - 1), x\($0): y}\n" }.joined()
        #expect(code(text) == .tooManyNodes || code(text) == .tooDeep)
    }

    @Test("more values than allowed are refused")
    func manyNodes() {
        #expect(code("[" + String(repeating: "a,", count: 500_000) + "]") == .tooManyNodes)
        #expect(code("[a, b, c]", limits: YAMLLimits(nodes: 3)) == .tooManyNodes)
        #expect(code("[a, b]", limits: YAMLLimits(nodes: 3)) == nil)
    }

    @Test("a file over the limit of bytes is refused, one of 10 MB is read")
    func manyBytes() {
        #expect(code("a: b", limits: YAMLLimits(bytes: 3)) == .tooLarge)
        #expect(code("a: |\n" + String(repeating: "  0123456789 0123456789\n", count: 416_000)) == nil)
        #expect(code("# " + String(repeating: "x", count: 10_000_000)) == nil)
    }

    @Test("thousands of tag directives are refused")
    func tagDirectives() {
        #expect(code((0..<80_000).map { "%TAG !a\($0)! b\n" }.joined() + "---\na\n") == .syntax)
    }

    @Test(
        "long stretches of one sign end quickly",
        arguments: [
            "\"", "'", "- - ", ": ", "? ", "&", "*", "!", "|", ">", "%", "\t", "\n", "\r", " ", "#", "a: ", "---\n",
            "]", "}", ",", "\\", "&a ", "!a ", "[]", "{}", "- a\n", "\u{85}", "é", "🎉",
        ]
    )
    func stretches(sign: String) {
        _ = code(String(repeating: sign, count: 100_000))
    }
}
