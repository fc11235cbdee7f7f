// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Templates
import Testing

/// The functions of templates, each in a small expression.
struct TemplateFunctionTests {
    /// An expression and the value that it has.
    struct Sample: CustomTestStringConvertible, Sendable {
        let expression: String
        let value: String

        init(_ expression: String, _ value: String) {
            self.expression = expression
            self.value = value
        }

        var testDescription: String { expression }
    }

    @Test(
        "a function gives what CloudFormation gives",
        arguments: [
            Sample("!Ref Text", "some-text"),
            Sample("{Ref: Text}", "some-text"),
            Sample("!Ref Number", "012"),
            Sample("!Ref AWS::Region", "us-east-1"),
            Sample("!Ref AWS::AccountId", "000000000000"),
            Sample("!Ref AWS::StackName", "stack"),
            Sample("!Ref Role", "worker"),
            Sample("!GetAtt Role.Arn", "arn:aws:iam::000000000000:role/worker"),
            Sample("{Fn::GetAtt: [Repo, Name]}", "abalone"),
            Sample("!GetAtt [Repo, Arn]", "arn:aws:codecommit:us-east-1:000000000000:abalone"),
            Sample("!GetAtt Repo.CloneUrlHttp", "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/abalone"),
            Sample(
                "!Sub 'x-${Text}-${AWS::Region}-${Repo.Name}-${!Text}-$-${'",
                "x-some-text-us-east-1-abalone-${Text}-$-${"
            ),
            Sample("!Sub ['${A}/${Text}', {A: !Ref Role, Text: other}]", "worker/other"),
            Sample("!Join ['-', [a, !Ref Text, !GetAtt Repo.Name]]", "a-some-text-abalone"),
            Sample("!Join [':', !Ref List]", "a:b:c"),
            Sample("!Select [1, !Ref List]", "b"),
            Sample("!Select ['2', !Split ['-', a-b-c]]", "c"),
            Sample("!Select [0, !Split ['::', 'x::y']]", "x"),
            Sample("!FindInMap [Regions, !Ref AWS::Region, Name]", "virginia"),
            Sample("!Join ['', !FindInMap [Regions, us-east-1, Zones]]", "xy"),
            Sample("!If [Yes, a, b]", "a"),
            Sample("!If [No, a, b]", "b"),
            Sample("!If [Both, a, b]", "a"),
            Sample("!Base64 hello", "aGVsbG8="),
            Sample("{Fn::Base64: !Sub '${Text}!'}", "c29tZS10ZXh0IQ=="),
            Sample("!Select [0, !GetAZs '']", "us-east-1a"),
            Sample("!ToJsonString {a: [1, true, x]}", #"{"a":[1,true,"x"]}"#),
            Sample("!Join ['', [!Length [a, b], '']]", "2"),
            Sample("2012-10-17", "2012-10-17"),
            Sample("3.10", "3.10"),
            Sample("yes", "true"),
            Sample("'yes'", "yes"),
            Sample("'{{resolve:ssm:/a/b:1}}-x'", "stored-x"),
            Sample("!ImportValue other-name", "imported"),
        ]
    )
    func values(_ sample: Sample) {
        let context = TemplateContext(
            parameter: { $0 == "/a/b:1" ? "stored" : nil },
            export: { $0 == "other-name" ? "imported" : nil }
        )
        let result = Samples.value(sample.expression, context: context)
        #expect(result.problems == [])
        #expect(result.value == sample.value)
    }

    @Test("names that are made are the same each time, and fit their types")
    func names() throws {
        let bucket = try #require(Samples.value("!Ref Bucket").value)
        #expect(bucket == Samples.value("!Ref Bucket").value)
        #expect(bucket.hasPrefix("stack-bucket-"))
        #expect(bucket.utf8.count <= 63)
        #expect(bucket == bucket.lowercased())
        let repository = try #require(Samples.value("!Ref Repo").value)
        #expect(repository.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
        #expect(repository != "abalone")
    }

    @Test(
        "a function that cannot give anything says why",
        arguments: [
            Sample("!Ref Txt", "there is no parameter or resource `Txt`"),
            Sample("!GetAtt Repos.Arn", "there is no resource `Repos`"),
            Sample("!GetAtt Repo.ARN", "has no attribute `ARN`"),
            Sample("!Sub '${Nope}'", "there is no parameter or resource `Nope`"),
            Sample("!Sub '${a b}'", "`${a b}` is no name of Fn::Sub"),
            Sample("!Select [7, !Ref List]", "asks for element 7 of a list with 3"),
            Sample("!FindInMap [Regions, eu-west-1, Name]", "the mapping `Regions` has no key `eu-west-1`"),
            Sample("!FindInMap [Region, us-east-1, Name]", "there is no mapping `Region`"),
            Sample("!If [Maybe, a, b]", "there is no condition `Maybe`"),
            Sample("!ImportValue nobody", "No export named nobody found"),
            Sample("!Join [a]", "Fn::Join takes a text and a list"),
            Sample("{Fn::Sum: [1, 2]}", "there is no function `Fn::Sum`"),
            Sample("!Subs x", "there is no tag `!Subs`"),
            Sample("!Cidr [a, 1, 2]", "`Fn::Cidr` is not carried out here"),
            Sample("'{{resolve:ssm:/nope}}'", "refers to a value that is not there"),
            Sample("!Ref List", "this must be a text, not a list"),
        ]
    )
    func problems(_ sample: Sample) {
        let result = Samples.value(sample.expression)
        #expect(result.problems.contains { $0.contains(sample.value) }, "\(result.problems)")
        #expect(result.problems.count == 1, "\(result.problems)")
    }

    @Test("two short tags on one value are an error of YAML with its line")
    func twoTags() {
        let result = Samples.read("Resources:\n  A:\n    Type: !Base64 !Sub x\n")
        #expect(result.diagnostics.first?.location.line == 3)
    }

    @Test(
        "parameters are checked",
        arguments: [
            (["Name": "9x"], "does not match the pattern"),
            (["Name": "abc-d"], "is longer than the MaxLength"),
            (["Name": "a\nb"], "does not match the pattern"),
            (["Size": "large"], "is not one of the AllowedValues of the parameter `Size`: small ones only"),
            (["Count": "x"], "is no number"),
            (["Count": "11"], "is more than the MaxValue"),
            (["Sise": "small"], "the template has no parameter `Sise` (Parameters: [Sise] do not exist"),
        ]
    )
    func parameters(_ given: [String: String], _ words: String) {
        let text = """
            Parameters:
              Name: { Type: String, AllowedPattern: "^[a-zA-Z][-a-zA-Z0-9]*$", MaxLength: 4, Default: abc }
              Size: { Type: String, AllowedValues: [small, tiny], Default: tiny, ConstraintDescription: small ones only }
              Count: { Type: Number, MinValue: 1, MaxValue: 10, Default: 2 }
            Resources:
              B: { Type: "AWS::S3::Bucket" }
            """
        #expect(Samples.lines(Samples.read(text)) == [])
        let lines = Samples.lines(Samples.read(text, given))
        #expect(lines.count == 1)
        #expect(lines.first?.contains(words) == true, "\(lines)")
    }

    @Test(
        "a parameter without a value is an error, or has something that stands in for it where a file is only checked"
    )
    func missing() {
        let text = """
            Parameters:
              Branch: { Type: String }
              Token: { Type: String, NoEcho: true, MinLength: 5 }
              Image: { Type: "AWS::SSM::Parameter::Value<String>", Default: /mine }
            Resources:
              P:
                Type: AWS::SSM::Parameter
                Properties: { Name: p, Type: String, Value: !Sub "${Branch}${Image}" }
            """
        let reading = Samples.read(text, ["Token": "abc"])
        #expect(reading.diagnostics.count == 3)
        #expect(Samples.lines(reading).first?.contains("Parameters: [Branch] must have values") == true)
        // What is not to be echoed is not.
        #expect(!Samples.lines(reading).contains { $0.contains("abc") })
        #expect(Samples.lines(Samples.read(text, context: .check)) == [])
        #expect(TemplateReader.parameterNames(of: Array(text.utf8)) == ["Branch", "Token", "Image"])
    }
}
