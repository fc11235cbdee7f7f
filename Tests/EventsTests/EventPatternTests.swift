// SPDX-License-Identifier: Apache-2.0

import Events
import JSON
import Testing

@Suite("Event patterns")
struct EventPatternTests {
    /// A JSON text, with `'` for quotes.
    private static func json(_ text: String) throws -> JSONValue {
        try JSONText.parse(Array(text.replacing("'", with: "\"").utf8))
    }

    private static let event = """
        {'version': '0', 'source': 'aws.codecommit', 'detail-type': 'CodeCommit Repository State Change',
         'account': '000000000000', 'resources': ['arn:aws:codecommit:us-east-1:000000000000:books'],
         'detail': {'event': 'referenceUpdated', 'referenceName': 'main', 'referenceType': 'branch', 'size': 3.5, 'version': 2,
           'address': '10.1.2.3', 'six': '2001:db8::1', 'none': null, 'flag': true, 'empty': '', 'list': [], 'path': 'a*b/c.zip',
           'files': [{'name': 'a', 'size': 1}, {'name': 'b', 'size': 2}], 'nested': [['x'], ['y', 7]]}}
        """

    @Test(
        "a pattern matches or not",
        arguments: [
            // The rules that the CDK and people write.
            (
                "{'source':['aws.codecommit'],'detail':{'event':['referenceCreated','referenceUpdated'],'referenceName':['main']}}",
                true
            ),
            ("{'resources':['arn:aws:codecommit:us-east-1:000000000000:books']}", true),
            ("{'source':['aws.codecommit'],'detail':{'referenceName':['model']}}", false),
            ("{'source':['aws.codecommit'],'account':['1']}", false),
            // Exact values.
            ("{'detail':{'none':[null]}}", true), ("{'detail':{'missing':[null]}}", false),
            ("{'detail':{'flag':[true]}}", true), ("{'detail':{'flag':['true']}}", false),
            ("{'detail':{'empty':['']}}", true), ("{'detail':{'size':[3.50]}}", true),
            ("{'detail':{'size':['3.5']}}", false),
            ("{'detail':{'referenceName':['Main']}}", false),
            // A version is a number or a text.
            ("{'version':['0']}", true), ("{'version':[0]}", true), ("{'detail':{'version':['2']}}", true),
            ("{'detail':{'version':[3]}}", false),
            // Arrays.
            ("{'detail':{'files':{'name':['b']}}}", true), ("{'detail':{'files':{'name':['a'],'size':[2]}}}", false),
            ("{'detail':{'nested':['y']}}", true), ("{'detail':{'list':['y']}}", false),
            ("{'detail':{'nested':[7]}}", true),
            // Operators.
            ("{'source':[{'prefix':'aws.'}]}", true), ("{'source':[{'prefix':'AWS.'}]}", false),
            ("{'source':[{'prefix':{'equals-ignore-case':'AWS.'}}]}", true), ("{'source':[{'prefix':''}]}", true),
            ("{'detail':{'path':[{'suffix':'.zip'}]}}", true), ("{'detail':{'path':[{'suffix':'.tar'}]}}", false),
            ("{'detail':{'path':[{'suffix':{'equals-ignore-case':'.ZIP'}}]}}", true),
            ("{'detail':{'size':[{'prefix':'3'}]}}", false),
            ("{'detail':{'referenceName':[{'equals-ignore-case':'MAIN'}]}}", true),
            ("{'detail':{'referenceName':[{'anything-but':'main'}]}}", false),
            ("{'detail':{'referenceName':[{'anything-but':['dev','model']}]}}", true),
            ("{'detail':{'referenceName':[{'anything-but':{'prefix':'ma'}}]}}", false),
            ("{'detail':{'referenceName':[{'anything-but':{'prefix':['x','y']}}]}}", true),
            ("{'detail':{'referenceName':[{'anything-but':{'suffix':'in'}}]}}", false),
            ("{'detail':{'referenceName':[{'anything-but':{'equals-ignore-case':['MAIN']}}]}}", false),
            ("{'detail':{'referenceName':[{'anything-but':{'wildcard':'m*n'}}]}}", false),
            ("{'detail':{'size':[{'anything-but':[3.5]}]}}", false),
            ("{'detail':{'missing':[{'anything-but':'a'}]}}", false),
            ("{'detail':{'size':[{'numeric':['>',3,'<=',3.5]}]}}", true),
            ("{'detail':{'size':[{'numeric':['<',3.5]}]}}", false),
            ("{'detail':{'size':[{'numeric':['=',35e-1]}]}}", true),
            ("{'detail':{'size':[{'numeric':['>=',4]}]}}", false),
            ("{'account':[{'numeric':['=',0]}]}", false),
            ("{'detail':{'address':[{'cidr':'10.0.0.0/8'}]}}", true),
            ("{'detail':{'address':[{'cidr':'10.1.2.0/30'}]}}", true),
            ("{'detail':{'address':[{'cidr':'10.1.2.4/30'}]}}", false),
            ("{'detail':{'six':[{'cidr':'2001:db8::/32'}]}}", true),
            ("{'detail':{'six':[{'cidr':'0.0.0.0/0'}]}}", false),
            ("{'detail':{'referenceName':[{'cidr':'0.0.0.0/0'}]}}", false),
            ("{'detail':{'none':[{'exists':true}]}}", true), ("{'detail':{'missing':[{'exists':true}]}}", false),
            ("{'detail':{'missing':[{'exists':false}]}}", true), ("{'detail':{'flag':[{'exists':false}]}}", false),
            ("{'nothing':{'inner':[{'exists':false}]}}", true), ("{'detail':[{'exists':true}]}", false),
            ("{'detail':{'missing':[{'exists':false},'a']}}", true),
            ("{'detail':{'flag':[{'exists':false},true]}}", true),
            ("{'detail':{'path':[{'wildcard':'a\\\\*b/*.zip'}]}}", true),
            ("{'detail':{'path':[{'wildcard':'*'}]}}", true),
            ("{'detail':{'path':[{'wildcard':'a\\\\*c*'}]}}", false),
            ("{'detail':{'path':[{'wildcard':'*zip*p'}]}}", false),
            ("{'detail':{'path':[{'wildcard':'*/*z*p'}]}}", true),
            // $or.
            ("{'$or':[{'source':['x']},{'detail':{'flag':[true]}}]}", true),
            ("{'$or':[{'source':['x']},{'detail':{'flag':[false]}}]}", false),
            ("{'source':['x'],'$or':[{'version':['0']},{'detail':{'flag':[true]}}]}", false),
            ("{'detail':{'$or':[{'size':[{'numeric':['>',100]}]},{'referenceName':['main']}]}}", true),
            ("{'detail':{'files':{'$or':[{'name':['z']},{'size':[2]}]}}}", true),
            ("{'detail':{'$or':[{'prefix':'a'},{'prefix':'b'}]}}", false),
        ]
    )
    func matching(pattern: String, isMatch: Bool) throws {
        #expect(try EventPattern(Self.json(pattern)).matches(Self.json(Self.event)) == isMatch)
    }

    @Test(
        "what EventBridge refuses is refused in its words",
        arguments: [
            ("[]", "Filter is not an object"), ("'a'", "Filter is not an object"),
            ("{}", "Empty objects are not allowed"), ("{'a':{}}", "Empty objects are not allowed"),
            ("{'a':[]}", "Empty arrays are not allowed"),
            ("{'source':'aws.s3'}", "\"source\" must be an object or an array"),
            ("{'a':[[1]]}", "Match value must be String, number, true, false, or null"),
            ("{'a':[{}]}", "Match expression name not found"), ("{'a':[{'like':'x'}]}", "Unrecognized match type like"),
            ("{'a':[{'prefix':'x','suffix':'y'}]}", "Only one key allowed in match expression"),
            ("{'a':[{'prefix':1}]}", "prefix match pattern must be a string"),
            ("{'a':[{'suffix':[]}]}", "suffix match pattern must be a string"),
            ("{'a':[{'exists':'true'}]}", "exists match pattern must be either true or false."),
            ("{'a':[{'equals-ignore-case':1}]}", "equals-ignore-case match pattern must be a string"),
            ("{'a':[{'numeric':5}]}", "Value of numeric must be an array."),
            ("{'a':[{'numeric':[5]}]}", "Invalid member in numeric match: 5"),
            ("{'a':[{'numeric':['~',5]}]}", "Unrecognized numeric range operator: ~"),
            ("{'a':[{'numeric':['=','5']}]}", "Value of equals must be numeric"),
            ("{'a':[{'numeric':['<',5,'>',1]}]}", "Too many elements in numeric expression"),
            ("{'a':[{'numeric':['>',5,'<',1]}]}", "Bottom must be less than top"),
            ("{'a':[{'numeric':['>',5e10]}]}", "Value must be between -5.0E9 and 5.0E9, inclusive"),
            (
                "{'a':[{'anything-but':[]}]}",
                "Inside anything but list, either all values are number or string, mixed type is not supported"
            ),
            (
                "{'a':[{'anything-but':['a',1]}]}",
                "Inside anything but list, either all values are number or string, mixed type is not supported"
            ),
            ("{'a':[{'anything-but':[null]}]}", "Inside anything but list, start|null|boolean is not supported."),
            ("{'a':[{'anything-but':true}]}", "Value of anything-but must be an array or single string/number value."),
            ("{'a':[{'anything-but':{'exists':true}}]}", "Unsupported anything-but pattern: exists"),
            ("{'a':[{'anything-but':{'prefix':''}}]}", "Null prefix/suffix not allowed"),
            ("{'a':[{'cidr':'10.0.0.0'}]}", "Malformed CIDR, one '/' required"),
            ("{'a':[{'cidr':'10.0.0.0/x'}]}", "Malformed CIDR, mask bits must be an integer"),
            ("{'a':[{'cidr':'10.0.0/8'}]}", "Nonstandard IP address: 10.0.0"),
            ("{'a':[{'cidr':'10.0.0.0/33'}]}", "IPv4 mask bits must be <= 32"),
            ("{'a':[{'wildcard':'a**'}]}", "Consecutive wildcard characters at pos 1"),
            ("{'a':[{'wildcard':'a\\\\b'}]}", "Invalid escape character at pos 2"),
            ("{'$or':[{}]}", "Match expression name not found"), ("{'$or':{}}", "Empty objects are not allowed"),
        ]
    )
    func refused(pattern: String, reason: String) throws {
        let value = try Self.json(pattern)
        #expect(throws: EventError(.invalidPattern, "Event pattern is not valid. Reason: \(reason)")) {
            try EventPattern(value)
        }
    }

    @Test("wildcards take a time that is not worse than linear by much")
    func wildcards() throws {
        let pattern = try EventPattern(Self.json("{'a':[{'wildcard':'\(String(repeating: "*a", count: 60))*b'}]}"))
        let text = String(repeating: "a", count: 20_000)
        #expect(!pattern.matches(.object(["a": .string(text)])))
        #expect(pattern.matches(.object(["a": .string(text + "b")])))
    }
}
