// SPDX-License-Identifier: Apache-2.0

import Daemon
import JSON
import Testing

@Suite("Differences of definitions")
struct JSONDifferenceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let old: String
        let new: String
        let lines: [String]

        init(_ what: String, _ old: String, _ new: String, _ lines: [String]) {
            self.what = what
            self.old = old
            self.new = new
            self.lines = lines
        }

        var testDescription: String { what }
    }

    static let cases = [
        Case("equal", #"{"a":[1,{"b":2}]}"#, #"{"a":[1,{"b":2}]}"#, []),
        Case(
            "a value deep inside",
            #"{"stages":[{"name":"S"},{"name":"B","actions":[{"name":"x","configuration":{"ProjectName":"a"}}]}]}"#,
            #"{"stages":[{"name":"S"},{"name":"B","actions":[{"name":"x","configuration":{"ProjectName":"b"}}]}]}"#,
            [#"stages[1].actions[0].configuration.ProjectName: "a" → "b""#]
        ),
        Case(
            "a stage put in between moves none of the others",
            #"{"stages":[{"name":"S","actions":[]},{"name":"D","actions":[1]}]}"#,
            #"{"stages":[{"name":"S","actions":[]},{"name":"T","actions":[]},{"name":"D","actions":[1]}]}"#,
            [#"stages[1]: + "T""#]
        ),
        Case(
            "another order",
            #"[{"name":"a","x":1},{"name":"b"}]"#,
            #"[{"name":"b"},{"name":"a","x":2}]"#,
            [": the order a, b → b, a", "[1].x: 1 → 2"]
        ),
        Case(
            "a name that goes and one that comes",
            #"{"variables":[{"name":"A"},{"name":"B"}]}"#,
            #"{"variables":[{"name":"B"},{"name":"C"}]}"#,
            [#"variables[0]: - "A""#, #"variables[1]: + "C""#]
        ),
        Case("plain lists by place", #"{"l":[1,2]}"#, #"{"l":[1,3,4]}"#, ["l[1]: 2 → 3", "l[2]: + 4"]),
        Case("another type", #"{"a":{"b":1}}"#, #"{"a":[1]}"#, [#"a: {"b":1} → [1]"#]),
        Case("a member goes", #"{"a":1,"b":2}"#, #"{"b":2}"#, ["a: - 1"]),
    ]

    @Test("each difference has its place", arguments: cases)
    func lines(_ row: Case) throws {
        let old = try JSONText.parse(Array(row.old.utf8))
        let new = try JSONText.parse(Array(row.new.utf8))
        #expect(JSONDifference.lines(from: old, to: new) == row.lines)
    }

    @Test("long values are cut")
    func long() {
        let lines = JSONDifference.lines(from: nil, to: .string(String(repeating: "x", count: 1_000)))
        #expect(lines.count == 1)
        #expect(lines.first?.count ?? 0 < 140)
    }
}
