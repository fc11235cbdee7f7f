// SPDX-License-Identifier: Apache-2.0

internal import Events
internal import JSON

/// Patterns of events keep their laws, whatever pattern and event are.
struct EventPatternTarget: FuzzTarget {
    let name = "event"
    let seeds = [
        #"{"source":["aws.s3"],"detail":{"n":[{"numeric":[">",0,"<=",5]}],"k":[{"prefix":"a"},{"suffix":"z"},null]}}"#
            + "\n"
            + #"{"source":"aws.s3","detail":{"n":3,"k":["q","az"]}}"#,
        #"{"$or":[{"a":[{"exists":false}]},{"b":[{"anything-but":["x","y"]}]}],"ip":[{"cidr":"10.0.0.0/8"}]}"# + "\n"
            + #"{"b":"z","ip":"10.1.2.3"}"#,
        #"{"w":[{"wildcard":"a*b\\*c"},{"equals-ignore-case":"Q"}],"version":["0"]}"# + "\n"
            + #"{"w":"axxb*c","version":0}"#,
        #"{"x":["<v> $.detail.a[0]['b'] <aws.events.event>"]}"# + "\n" + #"{"x":[[1,[2]],{"y":{}}]}"#,
    ].map { Array($0.utf8) }
    let words = [
        "\"", "{", "}", "[", "]", ",", ":", "\"prefix\":", "\"anything-but\":", "\"numeric\":[\">\",",
        "\"exists\":true", "\"cidr\":\"::1/128\"",
        "\"wildcard\":\"", "*", "\\\\", "\"$or\":[", "$.", "<v>", "<<", "[*]", "null", "\n", "5e9",
    ]

    func check(_ input: [UInt8]) throws {
        let end = input.firstIndex(of: 0x0A) ?? input.count
        let event = (try? JSONText.parse(Array(input[min(input.count, end + 1)...]))) ?? .null
        try checkPattern(Array(input[..<end]), event)
        try checkInput(String(decoding: input[..<end], as: UTF8.self), event)
    }

    private func checkPattern(_ bytes: [UInt8], _ event: JSONValue) throws {
        guard let tree = try? JSONText.parse(bytes), let pattern = try? EventPattern(tree) else { return }
        let matches = pattern.matches(event)
        if case .object(var members) = event {
            members["zz_nobody_asks_for_this"] = .string("x")
            try FuzzFailure.unless(pattern.matches(.object(members)) == matches, "a field that nobody asks for counts")
        }
        guard case .object(let fields) = tree else { throw FuzzFailure("a pattern that is no object is taken") }
        let twice = JSONValue.object(["$or": .array([.object(fields), .object(fields)])])
        if let either = try? EventPattern(twice), !fields.keys.contains("$or") {
            try FuzzFailure.unless(either.matches(event) == matches, "one of twice the same is something else")
        }
    }

    private func checkInput(_ template: String, _ event: JSONValue) throws {
        let value = (try? EventPath(template))?.value(in: event)
        if template == "$" { try FuzzFailure.unless(value == event, "`$` is not the event") }
        let transformer = EventTarget.InputTransformer(paths: ["v": "$.x", "w": "$.detail.k[0]"], template: template)
        let text = try? transformer.text(of: event, rule: "r", ruleARN: "arn:r", at: 0)
        if !template.contains("<") { try FuzzFailure.unless(text == template, "it becomes \(text ?? "nothing")") }
    }
}
