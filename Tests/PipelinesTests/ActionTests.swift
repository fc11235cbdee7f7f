// SPDX-License-Identifier: Apache-2.0

import Pipelines
import Testing

@Suite("Actions of a stage")
struct ActionTests {
    @Test("actions of one run order run side by side, the next order begins when all have succeeded")
    func groups() throws {
        var scene = Scene(Sketch.pipeline("Source: Code", "Build: a b | c | d e"))
        try scene.start(1)
        try scene.end("Code", of: 1)
        #expect(scene.running == ["1 a", "1 b"])
        try scene.end("b", of: 1)
        #expect(scene.running == ["1 a"])
        try scene.end("a", of: 1)
        #expect(scene.running == ["1 c"])
        try scene.end("c", of: 1)
        #expect(scene.running == ["1 d", "1 e"])
    }

    @Test("a sibling of a failed action goes on to its end, and no later group begins")
    func failureWithSibling() throws {
        var scene = Scene(Sketch.pipeline("Source: Code", "Build: a b | c"))
        try scene.start(1)
        try scene.end("Code", of: 1)
        try scene.end("a", of: 1, failed: "exit status 1")
        #expect(scene[1].status == .inProgress && scene.running == ["1 b"])
        try scene.end("b", of: 1)
        #expect(scene[1].status == .failed && scene.running.isEmpty)
        #expect(scene[1].stage("Build")?.status == .failed)
        #expect(scene[1].stage("Build")?.latest("b")?.status == .succeeded)
        #expect(scene[1].stage("Build")?.latest("c") == nil)
        #expect(scene[1].statusSummary == "The stage `Build` failed. The action `a`: exit status 1")
    }

    @Test("artifacts are handed on by name, under keys of AWS's form")
    func artifacts() throws {
        var definition = Sketch.pipeline(
            "Source: Code>Source_Artifact_Of_Code",
            "Build: build<Source_Artifact_Of_Code>Out"
        )
        definition.name = "a-pipeline-with-a-long-name"
        var scene = Scene(definition)
        try scene.start(1)
        let key = try #require(scene.order("Code", of: 1)?.outputs.first?.key)
        #expect(try key.wholeMatch(of: Regex("a-pipeline-with-a-lo/Source_Art/[A-Za-z0-9]{7}")) != nil)
        try scene.end("Code", of: 1)
        let order = try #require(scene.order("build", of: 1))
        #expect(order.inputs.map(\.key) == [key])
        #expect(scene[1].artifacts.keys.sorted() == ["Source_Artifact_Of_Code"])
        try scene.end("build", of: 1)
        #expect(scene[1].artifacts["Out"]?.key == order.outputs.first?.key)
    }

    @Test("an input that does not exist fails the action, which is never begun")
    func missingInput() throws {
        var definition = Sketch.pipeline("Source: Code>S", "Build: build<S>B", "Deploy: deploy<B>")
        definition.variables = [VariableDeclaration(name: "X", defaultValue: "no")]
        definition = definition.with("Build") { $0.beforeEntry = Sketch.check("#{variables.X}", "EQ", "yes", .skip) }
        var scene = Scene(definition)
        try scene.start(1)
        try scene.end("Code", of: 1)
        #expect(scene[1].stage("Build")?.status == .skipped && scene.running.isEmpty)
        #expect(scene[1].status == .failed)
        #expect(
            scene[1].stage("Deploy")?.latest("deploy")?.failure
                == ActionFailure(
                    .configurationError,
                    "The input artifact `B` does not exist in abalone/1: the stage `Build`, whose action `build` makes it, was "
                        + "skipped."
                )
        )
        #expect(scene.said.contains("1 Build SKIPPED") && scene.said.contains("1 Deploy.deploy FAILED"))
    }

    @Test("variables are put into configuration, commands and environment when the action begins")
    func variables() throws {
        var definition = Sketch.pipeline("Source: Code", "Build: build").with("Build", "build") { action in
            action.configuration = [
                "ProjectName": "p",
                "EnvironmentVariables": ##"[{"name":"C","value":"#{Code.CommitId}"}] #{variables.E}#{ #{x} #{}"##,
            ]
            action.commands = ["echo #{codepipeline.PipelineExecutionId}"]
            action.environmentVariables = [.init(name: "B", value: "#{Code.BranchName}/#{Code.BranchName}")]
        }
        definition.variables = [VariableDeclaration(name: "E", defaultValue: "prod")]
        var scene = Scene(definition)
        try scene.start(1)
        try scene.end("Code", of: 1, variables: ["CommitId": "4f2a", "BranchName": "main"])
        let order = try #require(scene.order("build", of: 1))
        let resolved = ##"[{"name":"C","value":"4f2a"}] prod#{ #{x} #{}"##
        #expect(order.configuration == ["ProjectName": "p", "EnvironmentVariables": resolved])
        #expect(order.commands == ["echo 1"])
        #expect(order.environmentVariables.map(\.value) == ["main/main"])
        let action = try #require(scene[1].stage("Build")?.latest("build"))
        #expect(action.resolvedConfiguration["EnvironmentVariables"] == resolved)
        #expect(action.configuration["EnvironmentVariables"]?.contains("#{Code.CommitId}") == true)
    }

    @Test("1: a value that a shell could misread comes into commands by a variable, wherever it stands")
    func weapons() throws {
        let definition = Sketch.pipeline("Source: Code", "Build: build").with("Build", "build") { action in
            action.commands = [
                "echo #{Code.M}", "echo \"a 'b' #{Code.M}\"", "echo 'a \"b\" #{Code.M}'", #"echo \'#{Code.M}"#,
                "echo #{Code.N} '#{Code.Plain}'",
            ]
            action.environmentVariables = [.init(name: "B", value: "#{Code.M}")]
        }
        var scene = Scene(definition)
        try scene.start(1)
        let values = ["M": "$(id) `id`; it's \"x\"", "N": "a\nb", "Plain": "fix: ü, 100 % done / v1.0_2+3@x=y"]
        try scene.end("Code", of: 1, variables: values)
        let order = try #require(scene.order("build", of: 1))
        #expect(
            order.commands == [
                "echo ${NACRE_VALUE_1}", "echo \"a 'b' ${NACRE_VALUE_1}\"", #"echo 'a "b" '"${NACRE_VALUE_1}"''"#,
                #"echo \'${NACRE_VALUE_1}"#, "echo ${NACRE_VALUE_2} 'fix: ü, 100 % done / v1.0_2+3@x=y'",
            ]
        )
        let variables = Dictionary(uniqueKeysWithValues: order.environmentVariables.map { ($0.name, $0.value) })
        #expect(variables == ["NACRE_VALUE_1": values["M"], "NACRE_VALUE_2": values["N"], "B": values["M"]])
    }

    @Test("1: a value stays within the text of JSON that it is put into")
    func weaponsInJSON() throws {
        let list = ##"[{"name":"A","value":"<#{Code.M}>"},{"name":"#{Code.Plain}","value":"\"#{Code.M}"}]"##
        let definition = Sketch.pipeline("Source: Code", "Build: build").with("Build", "build") { action in
            action.configuration = ["EnvironmentVariables": list, "Other": "#{Code.M}"]
        }
        var scene = Scene(definition)
        try scene.start(1)
        try scene.end("Code", of: 1, variables: ["M": "\",\"type\":\"SECRETS_MANAGER\\\n", "Plain": "B"])
        let configuration = try #require(scene.order("build", of: 1)).configuration
        let escaped = #"\",\"type\":\"SECRETS_MANAGER\\\n"#
        let expected = ##"[{"name":"A","value":"<\##(escaped)>"},{"name":"B","value":"\"\##(escaped)"}]"##
        #expect(configuration["EnvironmentVariables"] == expected)
        #expect(configuration["Other"] == "\",\"type\":\"SECRETS_MANAGER\\\n")
    }

    @Test("a value that looks like a reference is not looked at again")
    func noNesting() throws {
        let definition = Sketch.pipeline("Source: Code", "Build: build").with("Build", "build") { action in
            action.configuration = ["A": "#{Code.M}"]
        }
        var scene = Scene(definition)
        try scene.start(1)
        try scene.end("Code", of: 1, variables: ["M": "#{Code.Secret}", "Secret": "x"])
        #expect(scene.order("build", of: 1)?.configuration == ["A": "#{Code.Secret}"])
    }

    @Test(
        "a variable that there is not fails the action with ConfigurationError, and the provider never hears of it",
        arguments: [
            (
                "#{Code.Missing}",
                "The variable #{Code.Missing} cannot be resolved: the namespace `Code` has no key `Missing`. The keys that "
                    + "exist are: BranchName, CommitId."
            ),
            (
                "#{Nowhere.X}",
                "The variable #{Nowhere.X} cannot be resolved: no action that has ended in this execution has the namespace "
                    + "`Nowhere`. The namespaces that exist are: Code, codepipeline, variables."
            ),
            (
                "#{variables.X}",
                "The variable #{variables.X} cannot be resolved: the namespace `variables` has no key `X`. It has no variables "
                    + "at all."
            ),
        ]
    )
    func missingVariable(text: String, message: String) throws {
        let definition = Sketch.pipeline("Source: Code", "Build: build other").with("Build", "build") { action in
            action.configuration = ["A": text]
        }
        var scene = Scene(definition)
        try scene.start(1)
        try scene.end("Code", of: 1, variables: ["CommitId": "4f2a", "BranchName": "main"])
        #expect(scene.running == ["1 other"])
        let action = try #require(scene[1].stage("Build")?.latest("build"))
        #expect(action.status == .failed && action.failure == ActionFailure(.configurationError, message))
        try scene.end("other", of: 1)
        #expect(scene[1].status == .failed)
    }

    @Test("a configuration of more than 100 KB is refused when its variables are in it")
    func largeConfiguration() throws {
        let definition = Sketch.pipeline("Source: Code", "Build: build").with("Build", "build") { action in
            action.configuration = ["A": "#{Code.X}#{Code.X}#{Code.X}"]
        }
        var scene = Scene(definition)
        try scene.start(1)
        try scene.end("Code", of: 1, variables: ["X": String(repeating: "x", count: 40_000)])
        #expect(
            scene[1].stage("Build")?.latest("build")?.failure
                == ActionFailure(
                    .configurationError,
                    "The configuration has 120001 bytes when its variables are resolved, and 102400 are allowed. Hand large "
                        + "values over in an artifact."
                )
        )
    }

    @Test("too many output variables fail the action")
    func largeOutput() throws {
        var scene = Scene(Sketch.pipeline("Source: Code", "Build: build"))
        try scene.start(1)
        try scene.end("Code", of: 1, variables: ["X": String(repeating: "x", count: 130_000)])
        #expect(scene[1].status == .failed && scene[1].outputVariables["Code"] == nil)
    }

    @Test("what is known of a running action is kept, and its end adds to it")
    func progress() throws {
        var scene = Scene(Sketch.pipeline("Source: Code", "Build: build"))
        try scene.start(1)
        let id = try #require(scene.order("Code", of: 1)?.id)
        var output = ActionOutput()
        output.externalID = "build-9"
        output.externalURL = "log"
        try scene.take(.actionProgressed(id: id, output))
        #expect(scene[1].stages[0].actions[0].output.externalID == "build-9")
        var outcome = ActionOutcome()
        outcome.output.summary = "done"
        outcome.output.externalURL = "new"
        try scene.take(.actionEnded(id: id, outcome))
        let ended = scene[1].stages[0].actions[0].output
        #expect(ended.externalID == "build-9" && ended.externalURL == "new" && ended.summary == "done")
    }

    @Test("ends that are late, repeated or unknown change nothing")
    func lateEnds() throws {
        var scene = Scene(Sketch.pipeline("Source: Code", "Build: build"))
        try scene.start(1)
        let id = try #require(scene.order("Code", of: 1)?.id)
        try scene.end("Code", of: 1)
        let build = try #require(scene.order("build", of: 1)?.id)
        try scene.stop(1, abandons: true)
        let before = scene.machine
        for late in [id, build, "unknown"] {
            try scene.take(.actionEnded(id: late, ActionOutcome()))
            try scene.take(.actionEnded(id: late, .failed(.jobFailed, "no")))
            try scene.take(.actionProgressed(id: late, ActionOutput()))
        }
        #expect(scene.machine == before)
    }

    @Test(
        "an action that takes too long fails and is cancelled, after its timeout or its provider's",
        arguments: [(nil, 480), (5, 5)] as [(Int?, Int)]
    )
    func timeout(given: Int?, minutes: Int) throws {
        let definition = Sketch.pipeline("Source: Code", "Build: build").with("Build", "build") { action in
            action.timeoutInMinutes = given
        }
        var scene = Scene(definition)
        try scene.start(1)
        try scene.end("Code", of: 1)
        let order = try #require(scene.order("build", of: 1))
        let deadline = scene.time + Int64(minutes) * Scene.minute
        #expect(order.deadline == deadline && scene.machine.nextDeadline == deadline)
        scene.time = deadline - 2000
        try scene.take(.woke)
        #expect(scene[1].status == .inProgress)
        try scene.take(.woke)
        #expect(scene[1].status == .failed && scene.cancelled == [order.id])
        let action = try #require(scene[1].stage("Build")?.latest("build"))
        #expect(action.isCancelled && action.failure?.code == .jobFailed)
        let limit = given == nil ? "8 hours" : "5 minutes"
        #expect(action.failure?.message == "The action did not end within \(limit), which is its timeout.")
        #expect(scene.machine.nextDeadline == nil)
    }

    @Test(
        "providers have the timeouts of CodePipeline",
        arguments: [
            ("Source", "CodeCommit", 60), ("Source", "S3", 60), ("Build", "CodeBuild", 480), ("Test", "CodeBuild", 480),
            ("Approval", "Manual", 10_080), ("Deploy", "S3", 90), ("Deploy", "ElasticBeanstalk", 60),
            ("Deploy", "CodeDeploy", 7200), ("Deploy", "CloudFormation", 4320), ("Invoke", "Lambda", 1440),
            ("Invoke", "StepFunctions", 10_080), ("Compute", "Commands", 60),
        ]
    )
    func timeouts(category: String, provider: String, minutes: Int) {
        #expect(ActionTimeout.minutes(of: ActionTypeID(category: category, provider: provider)) == minutes)
    }
}
