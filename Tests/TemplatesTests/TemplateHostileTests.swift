// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Templates
import Testing

/// Files that want to cost much.
@Suite(.timeLimit(.minutes(40)))
struct TemplateHostileTests {
    @Test("deep nesting is refused, in JSON and in YAML")
    func deep() {
        for count in [50, 99, 5000, 1_000_000] {
            let lists = String(repeating: "[", count: count) + String(repeating: "]", count: count)
            let json = "{\"Resources\": {\"A\": {\"Type\": \"AWS::S3::Bucket\", \"Properties\": {\"X\": \(lists)}}}}"
            #expect(Samples.read(json, file: "a.json").diagnostics.hasErrors == (count > 90))
            let maps = String(repeating: "{a: ", count: count) + "1" + String(repeating: "}", count: count)
            let yaml = "Resources: {A: {Type: 'AWS::S3::Bucket', Properties: {X: \(maps)}}}"
            #expect(Samples.read(yaml).diagnostics.hasErrors == (count > 90))
        }
    }

    @Test("conditions and functions that are nested deep are refused or carried out, never a crash")
    func deepFunctions() {
        let count = 80
        let not =
            String(repeating: "{\"Fn::Not\": [", count: count / 2) + "{\"Fn::Equals\": [1, 1]}"
            + String(repeating: "]}", count: count / 2)
        let text = "{\"Conditions\": {\"C\": \(not)}, \"Resources\": {\"A\": {\"Type\": \"AWS::S3::Bucket\"}}}"
        #expect(Samples.lines(Samples.read(text)) == [])
    }

    @Test("a chain of a thousand names that are made of each other is refused")
    func chain() {
        var text = "Resources:\n"
        for index in 0..<1000 {
            let next = index == 999 ? "end" : "!Ref R\(index + 1)"
            text +=
                "  R\(index): {Type: 'AWS::S3::Bucket', Properties: {BucketName: !Join ['', [!Ref 'AWS::NoValue', \(next)]]}}\n"
        }
        let reading = Samples.read(text)
        #expect(reading.diagnostics.contains { $0.message.contains("too deep") })
    }

    @Test("names that double at each step make an error, not gigabytes")
    func doubling() {
        var text = "Resources:\n"
        for index in 0..<60 {
            let next = index == 59 ? "end-of-it" : "!Sub '${R\(index + 1)}${R\(index + 1)}'"
            text += "  R\(index): {Type: 'AWS::SSM::Parameter', Properties: {Name: \(next), Type: String, Value: v}}\n"
        }
        let reading = Samples.read(text)
        #expect(reading.diagnostics.contains { $0.message.contains("MB of text") })
    }

    @Test("a text of many names that never end is read once")
    func unended() {
        let text =
            "Resources: {A: {Type: 'AWS::S3::Bucket'}}\nOutputs: {O: {Value: !Sub '\(String(repeating: "${", count: 300_000))'}}\n"
        #expect(Samples.read(text).outputs.first?.value.utf8.count == 600_000)
    }

    @Test("a place in JSON counts lines as they are shown")
    func lines() {
        #expect(
            Samples.lines(Samples.read("{\"a\": \"\u{2028}\", x", file: "f.json")) == [
                "2:4: error: a key in double quotes is expected here"
            ]
        )
        #expect(Samples.lines(Samples.read("{\r\"a\":\r\n x", file: "f.json")).first?.hasPrefix("3:2:") == true)
    }

    /// Small files that would take hours if each reference looked through everything again.
    private static let tediousFiles: [(name: String, text: @Sendable () -> String)] = [
        (
            "references to nothing among many resources",
            {
                let resources = (0..<8_000).map { "  R\($0): {Type: 'AWS::S3::Bucket'}\n" }.joined()
                let references = (0..<20_000).map { "!Ref Q\($0)" }.joined(separator: ", ")
                return "Resources:\n\(resources)  Z: {Type: 'AWS::S3::Bucket', Properties: {A: [\(references)]}}\n"
            }
        ),
        (
            "one name that is not there, again and again in one text",
            {
                let names = String(repeating: "${Nope}", count: 100_000)
                return "Resources:\n  A: {Type: 'AWS::S3::Bucket', Properties: {BucketName: !Sub '\(names)'}}\n"
            }
        ),
        (
            "thousands of stages whose inputs nobody makes",
            {
                let action = "actionTypeId: {category: Build, owner: AWS, provider: CodeBuild, version: '1'}"
                let stages = (0..<3_000).map { index in
                    "    - name: S\(index)\n      actions:\n        - {name: A, \(action), configuration: {ProjectName: p},"
                        + " inputArtifacts: [{name: s}], outputArtifacts: [{name: o\(index)}]}\n"
                }
                return "pipeline:\n  name: x\n  roleArn: r\n  stages:\n\(stages.joined())"
            }
        ),
        (
            "a long list that is given again and again",
            {
                let list = Array(repeating: "x", count: 40_000).joined(separator: ", ")
                let users = (0..<4_000).map {
                    "  R\($0): {Type: 'AWS::S3::Bucket', Properties: {A: !FindInMap [M, t, k]}}\n"
                }
                return "Mappings: {M: {t: {k: [\(list)]}}}\nResources:\n\(users.joined())"
            }
        ),
        (
            "resources in a long chain",
            {
                let chain = (0..<8_000).map { "  R\($0): {Type: 'AWS::S3::Bucket', DependsOn: R\($0 + 1)}\n" }
                return "Resources:\n\(chain.joined())  R8000: {Type: 'AWS::S3::Bucket'}\n"
            }
        ),
        (
            "blank lines that are named again and again",
            {
                let names = Array(repeating: "*a", count: 20_000).joined(separator: ", ")
                let blank = String(repeating: "\n", count: 200_000)
                return
                    "Metadata:\n  a: &a |\n\(blank)    x\n  b: [\(names)]\nResources: {A: {Type: 'AWS::S3::Bucket'}}\n"
            }
        ),
    ]

    @Test("a file that is small, but tedious, is read like any other", arguments: tediousFiles.indices)
    func tedious(index: Int) {
        let reading = Samples.read(Self.tediousFiles[index].text())
        #expect(reading.diagnostics.count < 210)
        #expect(reading.diagnostics.hasErrors == (index < 4))
    }

    @Test("a parameter's value has CloudFormation's own limit")
    func longValue() {
        let parameter = "{Type: CommaDelimitedList, Default: '\(String(repeating: "a,", count: 2_049))'}"
        let reading = Samples.read("Parameters: {P: \(parameter)}\nResources: {A: {Type: 'AWS::S3::Bucket'}}\n")
        #expect(
            Samples.lines(reading) == ["1:14: error: Parameters.P: the value is longer than 4096 bytes"]
        )
    }

    @Test("conditions in a long circle are told of once")
    func circle() {
        var text = "Conditions:\n"
        for index in 0..<500 { text += "  C\(index): !Not [!Condition C\((index + 1) % 500)]\n" }
        text += "Resources:\n  A: {Type: 'AWS::S3::Bucket', Condition: C0}\n"
        let reading = Samples.read(text)
        #expect(reading.diagnostics.hasErrors)
        #expect(reading.diagnostics.count < 210)
    }

    @Test("a template of two megabytes is read in seconds")
    func large() {
        var text = "{\"Resources\": {"
        for index in 0..<6000 {
            text +=
                "\"R\(index)\": {\"Type\": \"AWS::IAM::Role\", \"Properties\": {\"A\": {\"Fn::Join\": [\"\", [\"arn:\","
                + " {\"Ref\": \"AWS::Region\"}, {\"Fn::GetAtt\": [\"Last\", \"Arn\"]}]]}, \"B\": {\"Fn::Sub\": \"${AWS::Region}/${Last}\"},"
                + " \"C\": [1, 2, 3, \"\(String(repeating: "x", count: 100))\"]}},"
        }
        text += "\"Last\": {\"Type\": \"AWS::S3::Bucket\"}}}"
        let clock = ContinuousClock()
        let duration = clock.measure {
            let reading = Samples.read(text, file: "a.json")
            #expect(Samples.lines(reading) == [])
            #expect(reading.notNeeded.count == 6000)
        }
        #expect(duration < .seconds(60))
    }

    @Test("a hundred thousand problems are counted, and a few are shown")
    func problems() {
        var text = "Resources:\n"
        for index in 0..<20_000 { text += "  R\(index): {Type: 'AWS::S3::Bucke', Nope: !Ref X\(index)}\n" }
        let reading = Samples.read(text)
        #expect(reading.diagnostics.count <= 401)
        #expect(reading.diagnostics.last?.message.contains("problems more") == true)
    }

    @Test("hundreds of warnings refuse nothing, and hide no error that comes behind them", arguments: [false, true])
    func warnings(hasError: Bool) {
        let unknown = (0..<300).map { "unrelated\($0): 1, " }.joined()
        let image = hasError ? "" : ", image: i"
        let reading = Samples.read(
            "{\(unknown)name: web, source: {type: CODECOMMIT}, environment: {type: LINUX_CONTAINER\(image)}}\n"
        )
        #expect(reading.diagnostics.hasErrors == hasError)
        #expect(reading.diagnostics.count == (hasError ? 202 : 201))
        #expect(reading.diagnostics.contains { $0.message == "there are 100 problems more, which are not shown" })
    }

    @Test("a file that is called JSON and is not tells what it was to be, and its problem as JSON")
    func slip() {
        let text = "{\"name\": \"web\", \"source\": {\"type\": \"CODECOMMIT\"},}"
        let reading = Samples.read(text, file: "project.json")
        #expect(reading.kind == .projects)
        #expect(reading.resources.isEmpty)
        #expect(Samples.lines(reading) == ["1:50: error: a key in double quotes is expected here"])
    }

    @Test(
        "what a file may be is seen in its bytes",
        arguments: [
            ("version: 0.2\nphases: {}\n", false), ("Resources: {}\n", true), ("{\"pipeline\": {}}", true), ("", false),
            ("Nam", false), ("Name", true),
        ]
    )
    func words(text: String, isDefinition: Bool) {
        #expect(TemplateReader.mayBeDefinition(Array(text.utf8)) == isDefinition)
    }

    @Test("aliases that multiply, bytes that are no text, and halves of files are refused")
    func others() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for index in 1..<12 {
            bomb +=
                "a\(index): &a\(index) [" + Array(repeating: "*a\(index - 1)", count: 10).joined(separator: ", ")
                + "]\n"
        }
        #expect(Samples.read(bomb + "Resources: *a11\n").diagnostics.hasErrors)
        for bytes in [[0xff, 0xfe, 0x00], [0x7b], [0x7b, 0x22], [0x00], []] as [[UInt8]] {
            let reading = TemplateReader.read(bytes, file: "x", context: TemplateContext())
            #expect(reading.diagnostics.hasErrors)
        }
        let whole = Array(TemplateSamples.book.utf8)
        for count in stride(from: 0, to: whole.count - 2, by: 97) {
            let reading = TemplateReader.read(Array(whole[..<count]), file: "x", context: TemplateContext())
            #expect(reading.diagnostics.hasErrors)
        }
    }

    @Test("a template with any part taken out is read without a crash")
    func mutations() {
        let lines = TemplateSamples.birds.split(separator: "\n", omittingEmptySubsequences: false)
        for index in lines.indices {
            var rest = lines
            rest.remove(at: index)
            _ = Samples.read(rest.joined(separator: "\n"))
            rest = lines
            rest[index] = rest[index].prefix { $0 == " " } + "- x: [!Ref y"
            #expect(Samples.read(rest.joined(separator: "\n")).diagnostics.hasErrors)
        }
    }
}
