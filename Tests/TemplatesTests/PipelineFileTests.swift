// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import JSON
import Pipelines
import Templates
import Testing

/// Files of the API's trees: `get-pipeline`, the same as YAML, projects.
struct PipelineFileTests {
    @Test("a tree in YAML gives the pipeline, and its values texts")
    func yaml() throws {
        let reading = Samples.read(Samples.tree)
        #expect(Samples.lines(reading) == [])
        #expect(reading.kind == .pipeline)
        let definition = try #require(Samples.pipelines(reading).first)
        #expect(definition.sourceActions[0].configuration["PollForSourceChanges"] == "false")
        #expect(definition.stages[1].actions[0].type.version == "1")
        guard case .pipeline(_, assumesRules: true, disabledTransitions: []) = reading.resources[0].value else {
            Issue.record("its rules are to be assumed")
            return
        }
    }

    @Test("get-pipeline's JSON is read, with or without what is around it, and gives the same again")
    func roundTrip() throws {
        let original = try #require(Samples.pipelines(Samples.read(Samples.tree)).first)
        let bare = String(decoding: try JSONText.encode(original, isPretty: true), as: UTF8.self)
        let wrapped = """
            {"pipeline": \(bare), "metadata": {"pipelineArn": "arn:aws:codepipeline:us-east-1:000000000000:pipe", "created": 1.5}}
            """
        for text in [bare, wrapped, bare.replacing("\n", with: "\n\t"), "\u{FEFF}" + wrapped] {
            let reading = Samples.read(text, file: "pipe.json")
            #expect(Samples.lines(reading) == [])
            #expect(Samples.pipelines(reading) == [original])
        }
    }

    @Test("all of a definition's members are read")
    func everything() throws {
        let text = #"""
            {"pipeline": {"name": "p", "roleArn": "arn:aws:iam::000000000000:role/r", "version": 7,
              "artifactStore": {"type": "S3", "location": "b"}, "executionMode": "QUEUED", "pipelineType": "V2",
              "variables": [{"name": "v", "defaultValue": "d\/\ud83d\ude00", "description": "x"}],
              "triggers": [{"providerType": "CodeStarSourceConnection", "gitConfiguration": {"sourceActionName": "S",
                "push": [{"branches": {"includes": ["main"]}, "filePaths": {"excludes": ["docs/**"]}}]}}],
              "stages": [
                {"name": "Source", "actions": [{"name": "S", "runOrder": 2, "region": "us-east-1", "namespace": "N",
                  "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "CodeStarSourceConnection", "version": "1"},
                  "configuration": {"ConnectionArn": "c", "FullRepositoryId": "o/r", "BranchName": "main"},
                  "outputArtifacts": [{"name": "A"}], "inputArtifacts": []}],
                  "onFailure": {"result": "RETRY", "retryConfiguration": {"retryMode": "ALL_ACTIONS"}}},
                {"name": "Go", "actions": [{"name": "C", "timeoutInMinutes": 5,
                  "actionTypeId": {"category": "Compute", "owner": "AWS", "provider": "Commands", "version": "1"},
                  "commands": ["ls"], "inputArtifacts": [{"name": "A"}],
                  "outputArtifacts": [{"name": "B", "files": ["a", "b"]}], "outputVariables": ["V"],
                  "environmentVariables": [{"name": "E", "value": "1"}]}],
                  "beforeEntry": {"conditions": [{"result": "SKIP", "rules": [{"name": "r", "ruleTypeId":
                    {"category": "Rule", "owner": "AWS", "provider": "VariableCheck", "version": "1"},
                    "configuration": {"Variable": "#{variables.v}", "Operator": "EQ", "Value": "d"}}]}]},
                  "onSuccess": {"conditions": [{"result": "FAIL", "rules": [{"name": "r", "ruleTypeId":
                    {"category": "Rule", "owner": "AWS", "provider": "Commands", "version": "1"},
                    "commands": ["true"], "inputArtifacts": [{"name": "B"}], "timeoutInMinutes": 6}]}]}}]}}
            """#
        let reading = Samples.read(text, file: "p.json")
        #expect(Samples.lines(reading) == [])
        let definition = try #require(Samples.pipelines(reading).first)
        guard case .object(let whole) = try JSONText.parse(Array(text.utf8)), let tree = whole["pipeline"] else {
            return
        }
        // The definition's own decoder reads the same.
        #expect(try JSONText.decode(PipelineDefinition.self, from: JSONText.bytes(of: tree)) == definition)
        #expect(definition.variables[0].defaultValue == "d/😀")
    }

    @Test("a problem has its line and column, and its path as the file writes it")
    func places() {
        let text = Samples.tree.replacing(
            "inputArtifacts:\n          - name: MainSource",
            with: "inputArtifacts:\n          - name: MainSorce"
        )
        #expect(
            Samples.lines(Samples.read(text)) == [
                "19:13: error: stages[1].actions[0].inputArtifacts[0]: no action makes the input artifact `MainSorce`"
                    + " (InvalidActionDeclarationException)"
            ]
        )
    }

    /// A text that is put for another, and what is then said.
    struct Spoilt: CustomTestStringConvertible, Sendable {
        let from: String
        let to: String
        let line: String
        let hint: String?

        var testDescription: String { to }
    }

    @Test(
        "what is not of the tree is told of with its place",
        arguments: [
            Spoilt(
                from: "    actions:\n      - name: Build",
                to: "    action:\n      - name: Build",
                line: "14:5: error: stages[1]: the stage has the unknown key `action`",
                hint: "did you mean `actions`?"
            ),
            Spoilt(
                from: "name: pipe",
                to: "Name: pipe",
                line: "1:1: error: the pipeline has the unknown key `Name`",
                hint: "did you mean `name`?"
            ),
            Spoilt(
                from: "name: pipe",
                to: "name: [pipe]",
                line: "1:7: error: name: this must be a text, not a list",
                hint: nil
            ),
            Spoilt(
                from: "name: pipe",
                to: "name: pipe\nexecutionMode: QUEUE",
                line: "2:16: error: executionMode: this cannot be `QUEUE`",
                hint: "did you mean `QUEUED`?"
            ),
            Spoilt(
                from: "  - name: Build\n    actions:",
                to: "  - actions:",
                line: "13:5: error: stages[1].name: the stage has no `name`",
                hint: nil
            ),
            Spoilt(
                from: "- name: MainSource\n  - name: Build",
                to: "- MainSource\n  - name: Build",
                line: "12:13: error: stages[0].actions[0].outputArtifacts[0]: an artifact is a mapping with its name",
                hint: "write `name: MainSource`"
            ),
            Spoilt(
                from: "configuration: {ProjectName: proj}",
                to: "configuration: {ProjectName: [proj]}",
                line: "17:38: error: stages[1].actions[0].configuration.ProjectName: this must be a text, not a list",
                hint: nil
            ),
            Spoilt(
                from: "name: pipe",
                to: "name: pipe\nname: other",
                line: "2:1: error: `name` is here already, at line 1",
                hint: "keep one of them; of two equal keys one is lost"
            ),
        ]
    )
    func spoilt(_ sample: Spoilt) {
        let reading = Samples.read(Samples.tree.replacing(sample.from, with: sample.to))
        #expect(Samples.lines(reading).contains(sample.line), "\(Samples.lines(reading))")
        if let hint = sample.hint { #expect(reading.diagnostics.contains { $0.hint == hint }) }
    }

    @Test("the output of batch-get-projects gives its projects, and their buildspecs")
    func projects() throws {
        let text = #"""
            {"projects": [
              {"name": "one", "source": {"type": "CODEPIPELINE", "buildspec": "version: 0.2\nphases:\n  build:\n    commands:\n      - ls\n"},
               "environment": {"type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL",
                 "environmentVariables": [{"name": "A", "value": "1", "type": "PLAINTEXT"}], "privilegedMode": false},
               "timeoutInMinutes": 30, "arn": "a", "created": 1.5, "badge": {"badgeEnabled": false}},
              {"name": "two", "source": {"type": "NO_SOURCE", "buildspec": "b.yml"}, "environment": {"type": "LINUX_CONTAINER", "image": "i"}}
            ], "projectsNotFound": []}
            """#
        let reading = Samples.read(text, file: "projects.json")
        #expect(Samples.lines(reading) == [])
        #expect(Samples.projects(reading).map(\.name) == ["one", "two"])
        #expect(Samples.projects(reading)[0].timeoutInMinutes == 30)
        #expect(reading.buildspecs.map(\.project) == ["one"])
        let spoilt = Samples.read(text.replacing("\"PLAINTEXT\"", with: "\"PLAIN\""), file: "projects.json")
        #expect(
            Samples.lines(spoilt) == [
                "4:67: error: projects[0].environment.environmentVariables[0].type: there is no type `PLAIN` of variables"
            ]
        )
    }

    @Test("a file that is none of these gets one clear error", arguments: ["a: 1", "[1, 2]", "just text", "{}", "12"])
    func others(_ text: String) {
        let lines = Samples.lines(Samples.read(text))
        #expect(lines.count == 1)
        #expect(lines.first?.contains("this is neither a pipeline nor a project nor a CloudFormation template") == true)
    }

    @Test("an empty file, a buildspec and broken JSON are told of for what they are")
    func broken() {
        #expect(Samples.lines(Samples.read("# nothing\n")) == ["1:1: error: the file is empty"])
        #expect(
            Samples.lines(Samples.read("version: 0.2\nphases: {}\n")).first?.contains("this is a buildspec") == true
        )
        #expect(
            Samples.lines(Samples.read("{\n  \"a\": 1,\n  \"b\" 2\n}")) == [
                "3:7: error: a `:` is expected after the key"
            ]
        )
        #expect(Samples.lines(Samples.read(#"{"a": "\ud800"}"#)).first?.contains("surrogate") == true)
    }

    @Test("GitHub's token is not kept")
    func token() throws {
        let text = Samples.tree
            .replacing("owner: AWS, provider: CodeCommit", with: "owner: ThirdParty, provider: GitHub")
            .replacing("RepositoryName: repo", with: "{Owner: o, Repo: r, OAuthToken: secret-word")
            .replacing("          BranchName: main\n", with: "")
            .replacing("          PollForSourceChanges: no", with: "          , Branch: main}")
            .replacing("configuration:\n          {", with: "configuration: {")
        let reading = Samples.read(text)
        #expect(Samples.lines(reading) == [])
        let definition = try #require(Samples.pipelines(reading).first)
        #expect(definition.sourceActions[0].configuration["OAuthToken"] == "****")
    }
}
