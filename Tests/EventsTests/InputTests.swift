// SPDX-License-Identifier: Apache-2.0

import Events
import JSON
import Testing

@Suite("What targets get")
struct InputTests {
    private static func json(_ text: String) throws -> JSONValue {
        try JSONText.parse(Array(text.replacing("'", with: "\"").utf8))
    }

    private static let event = """
        {'source': 'aws.ec2', 'resources': ['arn:1', 'arn:2'],
         'detail': {'instance-id': 'i-0123456789', 'state': 'RUNNING', 'count': 3, 'tags': {'a.b': 'c', 'd': [1, {'e': 2}]}}}
        """

    private func payload(_ target: EventTarget) throws -> String? {
        try target.payload(of: Self.json(Self.event), rule: "rule", ruleARN: "arn:rule", at: 1_700_000_000_123).map {
            String(decoding: JSONText.bytes(of: $0), as: UTF8.self).replacing("\"", with: "'")
        }
    }

    @Test(
        "templates of AWS's guide",
        arguments: [
            ("\"instance <instance> is in <state>\"", "'instance i-0123456789 is in RUNNING'"),
            ("{\"instance\": <instance>, \"state\": <state>}", "{'instance':'i-0123456789','state':'RUNNING'}"),
            (
                "{\"instance\": \"<instance>\", \"text\": \"\\\"<instance>\\\" is in <state>\"}",
                "{'instance':'i-0123456789','text':'\\'i-0123456789\\' is in RUNNING'}"
            ),
            (
                "{\"state\": [9, <state>, true], \"n\": <count>, \"t\": <tags>}",
                "{'n':3,'state':[9,'RUNNING',true],'t':{'a.b':'c','d':[1,{'e':2}]}}"
            ),
            ("{\"a\": <missing>, \"b\": \"<missing>!\"}", "{'a':'','b':'!'}"),
            (
                "{\"rule\": <aws.events.rule-name>, \"arn\": \"<aws.events.rule-arn>\"}",
                "{'arn':'arn:rule','rule':'rule'}"
            ),
            ("{\"at\": <aws.events.event.ingestion-time>}", "{'at':'2023-11-14T22:13:20Z'}"),
            ("{\"e\": <aws.events.event>}", "{'e':{'resources':['arn:1','arn:2'],'source':'aws.ec2'}}"),
            ("{\"n\": \"number <count>\", \"x\": \"1 < 2 > 1\"}", "{'n':'number 3','x':'1 < 2 > 1'}"),
            ("state is <state>", "'state is 'RUNNING''"),
            (
                #"{"sourceRevisions":[{"actionName":"Source","revisionType":"COMMIT_ID","revisionValue":"<state>"}]}"#,
                "{'sourceRevisions':[{'actionName':'Source','revisionType':'COMMIT_ID','revisionValue':'RUNNING'}]}"
            ),
        ]
    )
    func templates(template: String, result: String) throws {
        let transformer = EventTarget.InputTransformer(
            paths: [
                "instance": "$.detail.instance-id", "state": "$.detail.state", "count": "$.detail.count",
                "tags": "$.detail.tags", "missing": "$.detail.missing",
            ],
            template: template
        )
        try transformer.check()
        let text = try payload(EventTarget(id: "t", arn: "arn", inputTransformer: transformer))
        #expect(text?.replacing("\\'", with: "'") == result.replacing("\\'", with: "'"))
    }

    @Test("all of the event is named by aws.events.event.json")
    func wholeEvent() throws {
        let transformer = EventTarget.InputTransformer(template: "<aws.events.event.json>")
        let target = EventTarget(id: "t", arn: "arn", inputTransformer: transformer)
        #expect(try payload(target) == payload(EventTarget(id: "t", arn: "arn")))
    }

    @Test(
        "paths",
        arguments: [
            ("$", true), ("$.detail.count", true), ("$.resources[1]", true), ("$.detail.tags['a.b']", true),
            ("$.detail.tags.d[1].e", true), ("$.resources[*]", true), ("$.detail.tags.d[*].e", true),
            ("$.resources[2]", false), ("$.detail.none", false), ("$.source.x", false),
        ]
    )
    func paths(path: String, isThere: Bool) throws {
        #expect((try payload(EventTarget(id: "t", arn: "arn", inputPath: path)) != nil) == isThere)
    }

    @Test("a path gives what is there; a constant is a constant")
    func values() throws {
        #expect(try payload(EventTarget(id: "t", arn: "arn", inputPath: "$.resources[1]")) == "'arn:2'")
        #expect(try payload(EventTarget(id: "t", arn: "arn", inputPath: "$.detail.tags['a.b']")) == "'c'")
        #expect(try payload(EventTarget(id: "t", arn: "arn", inputPath: "$.detail.tags.d[*].e")) == "[2]")
        #expect(try payload(EventTarget(id: "t", arn: "arn", input: .object(["a": .null]))) == "{'a':null}")
    }

    @Test(
        "bad paths are refused",
        arguments: ["", "detail", "$detail", "$.", "$..a", "$[", "$[a]", "$['a", "$[-1]", "$.a["]
    )
    func badPaths(path: String) throws {
        #expect(throws: EventError.self) { try EventPath(path) }
    }

    @Test("a template of many names that never end is read once")
    func unended() throws {
        let transformer = EventTarget.InputTransformer(template: String(repeating: "<", count: 300_000))
        #expect(throws: Never.self) { try transformer.check() }
    }

    @Test("a transformer is looked at beforehand")
    func check() throws {
        #expect(throws: EventError(.invalid, "Invalid InputTemplate: '<b>' is not in InputPathsMap")) {
            try EventTarget.InputTransformer(paths: ["a": "$.a"], template: "<a> <b> <aws.events.rule-name>").check()
        }
        #expect(throws: EventError.self) {
            try EventTarget.InputTransformer(paths: ["aws.events.x": "$.a"], template: "").check()
        }
        #expect(throws: EventError.self) { try EventTarget.InputTransformer(paths: ["a": "b"], template: "").check() }
    }
}
