// SPDX-License-Identifier: Apache-2.0

import JSON
import Pipelines
import Testing

/// The checks of a definition: AWS's rules, one bad example each.
struct PipelineProblemTests {
    /// A way to spoil a good pipeline, and what is then said of it.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let path: String
        let exception: String
        let words: String
        let spoil: @Sendable (inout PipelineDefinition) -> Void

        init(
            _ name: String,
            _ path: String,
            _ exception: String,
            _ words: String = "",
            _ spoil: @escaping @Sendable (inout PipelineDefinition) -> Void
        ) {
            self.name = name
            self.path = path
            self.exception = exception
            self.words = words
            self.spoil = spoil
        }

        var testDescription: String { name }
    }

    static let structure = "InvalidStructureException"
    static let stage = "InvalidStageDeclarationException"
    static let action = "InvalidActionDeclarationException"
    static let validation = "ValidationException"

    /// Source (two) → Build (build, then commands) → Approval → Deploy: nothing is wrong with it.
    static let good: PipelineDefinition = {
        var main = ActionDeclaration(name: "Main", type: ActionTypeID(category: "Source", provider: "CodeCommit"))
        main.configuration = ["RepositoryName": "r", "BranchName": "main", "PollForSourceChanges": "false"]
        main.outputArtifacts = [ActionDeclaration.Output(name: "MainSource")]
        main.namespace = "SourceVariables"
        var data = ActionDeclaration(name: "Data", type: ActionTypeID(category: "Source", provider: "S3"))
        data.configuration = ["S3Bucket": "b", "S3ObjectKey": "k.zip"]
        data.outputArtifacts = [ActionDeclaration.Output(name: "DataSource")]
        var build = ActionDeclaration(name: "Build", type: ActionTypeID(category: "Build", provider: "CodeBuild"))
        build.configuration = [
            "ProjectName": "p", "PrimarySource": "MainSource",
            "EnvironmentVariables": ##"[{"name":"C","value":"#{SourceVariables.CommitId}","type":"PLAINTEXT"}]"##,
        ]
        build.inputArtifacts = ["MainSource", "DataSource"]
        build.outputArtifacts = [ActionDeclaration.Output(name: "Built")]
        build.namespace = "BuildVariables"
        var commands = ActionDeclaration(name: "Check", type: ActionTypeID(category: "Compute", provider: "Commands"))
        commands.runOrder = 2
        commands.commands = ["echo #{BuildVariables.X} #{variables.target} #{codepipeline.PipelineExecutionId}"]
        commands.inputArtifacts = ["Built"]
        commands.outputArtifacts = [ActionDeclaration.Output(name: "Checked", files: ["**/*"])]
        commands.outputVariables = ["A"]
        commands.namespace = "Checks"
        let approval = ActionDeclaration(name: "Approve", type: ActionTypeID(category: "Approval", provider: "Manual"))
        var deploy = ActionDeclaration(name: "Deploy", type: ActionTypeID(category: "Deploy", provider: "S3"))
        deploy.configuration = ["BucketName": "b", "Extract": "true", "ObjectKey": "#{Checks.A}/x"]
        deploy.inputArtifacts = ["Built"]
        var last = StageDeclaration(name: "Deploy", actions: [deploy])
        last.beforeEntry = ConditionDeclaration(
            result: .skip,
            rules: [
                RuleDeclaration(
                    name: "IsProd",
                    provider: "VariableCheck",
                    configuration: ["Variable": "#{variables.target}", "Operator": "EQ", "Value": "prod"]
                )
            ]
        )
        var result = PipelineDefinition(
            name: "Stack.pipe",
            stages: [
                StageDeclaration(name: "Source", actions: [main, data]),
                StageDeclaration(name: "Build", actions: [build, commands]),
                StageDeclaration(name: "Approval", actions: [approval]),
                last,
            ]
        )
        result.variables = [VariableDeclaration(name: "target", defaultValue: "prod")]
        result.triggers = [
            TriggerDeclaration(
                sourceActionName: "Main",
                push: [TriggerDeclaration.Push(branches: TriggerDeclaration.Filter(includes: ["main"]))]
            )
        ]
        return result
    }()

    @Test("nothing is wrong with a good pipeline")
    func good() {
        #expect(Self.good.problems().map(\.description) == [])
    }

    @Test("a rule that is broken is told of, with its path and AWS's exception", arguments: names + places)
    func structureRules(_ sample: Case) {
        check(sample)
    }

    @Test("an action that is not as its provider needs it is told of", arguments: providers)
    func providerRules(_ sample: Case) {
        check(sample)
    }

    @Test("variables, triggers and conditions are checked", arguments: variables + conditions)
    func otherRules(_ sample: Case) {
        check(sample)
    }

    private func check(_ sample: Case) {
        var definition = Self.good
        sample.spoil(&definition)
        let problems = definition.problems()
        let found = problems.contains { problem in
            problem.path == sample.path && problem.exception == sample.exception && problem.severity == .error
                && problem.description.contains(sample.words)
        }
        #expect(found, "\(problems.map(\.description))")
    }

    static let names: [Case] = [
        Case("the pipeline's name is empty", "name", validation, "is empty") { $0.name = "" },
        Case("the pipeline's name has a space", "name", validation, "a space") { $0.name = "a b" },
        Case("the pipeline's name is too long", "name", validation, "101") {
            $0.name = String(repeating: "a", count: 101)
        },
        Case("a stage's name is bad", "stages[1].name", validation) { $0.stages[1].name = "a/b" },
        Case("an action's name is bad", "stages[1].actions[0].name", validation) { $0.stages[1].actions[0].name = "ä" },
        Case("a dot in an artifact's name", "stages[0].actions[0].outputArtifacts[0]", validation) {
            $0.stages[0].actions[0].outputArtifacts[0].name = "Main.Source"
        },
        Case("two stages of one name", "stages[2].name", stage, "stages[1]") { $0.stages[2].name = "Build" },
        Case("two actions of one name", "stages[1].actions[1].name", action) { $0.stages[1].actions[1].name = "Build" },
        Case("a pipeline type that there is not", "pipelineType", validation) { $0.pipelineType = "V3" },
        Case("both stores", "artifactStores", structure) {
            $0.unused = ["artifactStore": .object([:]), "artifactStores": .object([:])]
        },
    ]

    static let places: [Case] = [
        Case("one stage only", "stages", structure, "one stage") { $0.stages.removeLast(3) },
        Case("51 stages", "stages", structure, "51") { definition in
            for index in 4..<51 {
                var stage = definition.stages[2]
                stage.name = "Approval\(index)"
                definition.stages.append(stage)
            }
        },
        Case("a stage without actions", "stages[2].actions", stage) { $0.stages[2].actions = [] },
        Case("a build in the first stage", "stages[0].actions[2].actionTypeId.category", structure) {
            $0.stages[0].actions.append($0.stages[2].actions[0])
        },
        Case("a source in a later stage", "stages[1].actions[2].actionTypeId.category", structure, "Source") {
            var source = $0.stages[0].actions[1]
            source.outputArtifacts[0].name = "Other"
            $0.stages[1].actions.append(source)
        },
        Case("an artifact made twice", "stages[1].actions[0].outputArtifacts[0]", structure, "Main") {
            $0.stages[1].actions[0].outputArtifacts[0].name = "MainSource"
        },
        Case("an artifact that nobody makes", "stages[3].actions[0].inputArtifacts[0]", action, "did you mean `Built`")
        {
            $0.stages[3].actions[0].inputArtifacts[0] = "Build"
        },
        Case("an artifact made in the same group", "stages[1].actions[1].inputArtifacts[0]", action, "run order") {
            $0.stages[1].actions[1].runOrder = 1
        },
        Case("an artifact made later", "stages[1].actions[0].inputArtifacts[1]", action, "Check") {
            $0.stages[1].actions[0].inputArtifacts[1] = "Checked"
        },
        Case("an input given twice", "stages[1].actions[0].inputArtifacts[1]", action, "twice") {
            $0.stages[1].actions[0].inputArtifacts[1] = "MainSource"
        },
        Case("a run order of 0", "stages[1].actions[0].runOrder", validation) { $0.stages[1].actions[0].runOrder = 0 },
        Case("a run order of 1000", "stages[1].actions[1].runOrder", validation) {
            $0.stages[1].actions[1].runOrder = 1000
        },
        Case("51 actions side by side", "stages[2].actions", stage, "51") { definition in
            for index in 1...50 {
                var action = definition.stages[2].actions[0]
                action.name = "Approve\(index)"
                definition.stages[2].actions.append(action)
            }
        },
        Case("a namespace of two", "stages[1].actions[0].namespace", structure, "Main") {
            $0.stages[1].actions[0].namespace = "SourceVariables"
        },
        Case("a namespace that is an artifact", "stages[1].actions[0].namespace", structure) {
            $0.stages[1].actions[0].namespace = "Built"
        },
        Case("a reserved namespace", "stages[1].actions[0].namespace", action) {
            $0.stages[1].actions[0].namespace = "codepipeline"
        },
        Case("a timeout of 4 minutes", "stages[2].actions[0].timeoutInMinutes", validation) {
            $0.stages[2].actions[0].timeoutInMinutes = 4
        },
    ]

    static let providers: [Case] = [
        Case("an owner that there is not", "stages[1].actions[0].actionTypeId.owner", action, "did you mean `AWS`") {
            $0.stages[1].actions[0].type.owner = "aws"
        },
        Case("a category that there is not", "stages[1].actions[0].actionTypeId.category", action, "`Build`") {
            $0.stages[1].actions[0].type.category = "Builds"
        },
        Case("an old spelling", "stages[1].actions[0].actionTypeId.provider", action, "did you mean `CodeBuild`") {
            $0.stages[1].actions[0].type.provider = "AWS CodeBuild"
        },
        Case("a provider of another category", "stages[1].actions[0].actionTypeId.provider", action, "Build or Test") {
            $0.stages[1].actions[0].type.category = "Deploy"
        },
        Case("another version", "stages[1].actions[0].actionTypeId.version", action) {
            $0.stages[1].actions[0].type.version = "2"
        },
        Case(
            "a provider that is not carried out",
            "stages[3].actions[0].actionTypeId.provider",
            action,
            "Deploy actions of CloudFormation cannot be carried out here"
        ) { $0.stages[3].actions[0].type.provider = "CloudFormation" },
        Case("a function", "stages[1].actions[0].actionTypeId.provider", action, "Invoke actions of Lambda cannot") {
            $0.stages[1].actions[0].type = ActionTypeID(category: "Invoke", provider: "Lambda")
        },
        Case("a custom action", "stages[1].actions[0].actionTypeId.provider", action, "Jenkins cannot be carried out") {
            $0.stages[1].actions[0].type = ActionTypeID(category: "Build", owner: "Custom", provider: "MyJenkins")
        },
        Case("no output of a source", "stages[0].actions[1].outputArtifacts", action, "just 1") {
            $0.stages[0].actions[1].outputArtifacts = []
            $0.stages[1].actions[0].inputArtifacts = ["MainSource"]
        },
        Case("an output of a deployment", "stages[3].actions[0].outputArtifacts", action, "none") {
            $0.stages[3].actions[0].outputArtifacts = [ActionDeclaration.Output(name: "X")]
        },
        Case("no input of a build", "stages[1].actions[0].inputArtifacts", action, "1 to 5") {
            $0.stages[1].actions[0].inputArtifacts = []
        },
        Case("a needed key", "stages[0].actions[0].configuration", action, "BranchName") {
            $0.stages[0].actions[0].configuration["BranchName"] = nil
        },
        Case("an unknown key", "stages[1].actions[0].configuration.Projectname", action, "did you mean `ProjectName`") {
            $0.stages[1].actions[0].configuration["Projectname"] = "p"
        },
        Case("an empty value", "stages[0].actions[0].configuration.BranchName", validation) {
            $0.stages[0].actions[0].configuration["BranchName"] = ""
        },
        Case("a value of 60000 characters", "stages[2].actions[0].configuration.CustomData", validation, "60000") {
            $0.stages[2].actions[0].configuration["CustomData"] = String(repeating: "a", count: 60_000)
        },
        Case("a flag that is none", "stages[0].actions[0].configuration.PollForSourceChanges", action) {
            $0.stages[0].actions[0].configuration["PollForSourceChanges"] = "no"
        },
        Case("a word that is none", "stages[0].actions[0].configuration.OutputArtifactFormat", action, "CODE_ZIP") {
            $0.stages[0].actions[0].configuration["OutputArtifactFormat"] = "ZIP"
        },
        Case("variables that are no JSON", "stages[1].actions[0].configuration.EnvironmentVariables", action, "JSON") {
            $0.stages[1].actions[0].configuration["EnvironmentVariables"] = "A=1"
        },
        Case("a variable without a value", "stages[1].actions[0].configuration.EnvironmentVariables", action, "`A`") {
            $0.stages[1].actions[0].configuration["EnvironmentVariables"] = #"[{"name":"A"}]"#
        },
        Case("no primary source", "stages[1].actions[0].configuration", action, "PrimarySource") {
            $0.stages[1].actions[0].configuration["PrimarySource"] = nil
        },
        Case("a primary source that is no input", "stages[1].actions[0].configuration.PrimarySource", action) {
            $0.stages[1].actions[0].configuration["PrimarySource"] = "Source"
        },
        Case("no key of an object", "stages[3].actions[0].configuration", action, "ObjectKey") {
            $0.stages[3].actions[0].configuration = ["BucketName": "b", "Extract": "false"]
        },
        Case("a reference to a commit, deployed", "stages[3].actions[0].inputArtifacts[0]", action, "CODE_ZIP") {
            $0.stages[0].actions[0].configuration["OutputArtifactFormat"] = "CODEBUILD_CLONE_REF"
            $0.stages[3].actions[0].inputArtifacts = ["MainSource"]
        },
        Case("no commands", "stages[1].actions[1].commands", action) { $0.stages[1].actions[1].commands = [] },
        Case("a command of two lines", "stages[1].actions[1].commands[0]", validation) {
            $0.stages[1].actions[1].commands = ["a\nb"]
        },
        Case("51 commands", "stages[1].actions[1].commands", validation, "51") {
            $0.stages[1].actions[1].commands = Array(repeating: "true", count: 51)
        },
        Case("commands of another provider", "stages[3].actions[0].commands", action) {
            $0.stages[3].actions[0].commands = ["ls"]
        },
        Case("files of another provider", "stages[1].actions[0].outputArtifacts[0].files", action) {
            $0.stages[1].actions[0].outputArtifacts[0].files = ["a"]
        },
        Case("a configuration of Commands", "stages[1].actions[1].configuration.ProjectName", action) {
            $0.stages[1].actions[1].configuration["ProjectName"] = "p"
        },
    ]

    static let variables: [Case] = [
        Case("51 variables", "variables", validation) { definition in
            for index in 0..<50 { definition.variables.append(VariableDeclaration(name: "v\(index)")) }
        },
        Case("two variables of one name", "variables[1].name", structure) { $0.variables.append($0.variables[0]) },
        Case("an empty default", "variables[0].defaultValue", validation) { $0.variables[0].defaultValue = "" },
        Case("an unknown namespace", "stages[2].actions[0].configuration.CustomData", action, "#{BuildVariables.X}") {
            $0.stages[2].actions[0].configuration["CustomData"] = "#{BuildVars.X} #{BuildVariable.X}"
        },
        Case("a namespace of a later action", "stages[1].actions[0].configuration.ProjectName", action, "Check") {
            $0.stages[1].actions[0].configuration["ProjectName"] = "#{Checks.A}"
        },
        Case("its own namespace", "stages[1].actions[1].commands[0]", action, "does not run before") {
            $0.stages[1].actions[1].commands = ["echo #{Checks.A}"]
        },
        Case("an undeclared variable", "stages[1].actions[1].commands[0]", structure, "target") {
            $0.stages[1].actions[1].commands = ["echo #{variables.targets}"]
        },
        Case("a trigger of no source", "triggers[0].gitConfiguration.sourceActionName", structure, "`Main`") {
            $0.triggers[0].sourceActionName = "Mains"
        },
        Case("four filters", "triggers[0].gitConfiguration.push", validation) {
            $0.triggers[0].push = Array(repeating: $0.triggers[0].push[0], count: 4)
        },
        Case("tags and branches", "triggers[0].gitConfiguration.push[0]", validation) {
            $0.triggers[0].push[0].tags = TriggerDeclaration.Filter(includes: ["v*"])
        },
        Case("nine patterns", "triggers[0].gitConfiguration.push[0].branches.includes", validation) {
            $0.triggers[0].push[0].branches?.includes = Array(repeating: "a", count: 9)
        },
    ]

    static let conditions: [Case] = [
        Case("a result that a hook has not", "stages[3].beforeEntry.conditions[0].result", stage, "SKIP") {
            $0.stages[3].beforeEntry?.result = .rollback
        },
        Case("no rules", "stages[3].beforeEntry.conditions[0].rules", stage) { $0.stages[3].beforeEntry?.rules = [] },
        Case("six rules", "stages[3].beforeEntry.conditions[0].rules", stage, "6") { definition in
            guard let rule = definition.stages[3].beforeEntry?.rules.first else { return }
            definition.stages[3].beforeEntry?.rules = (0..<6).map { index in
                var other = rule
                other.name = "R\(index)"
                return other
            }
        },
        Case(
            "a rule that is not carried out",
            "stages[3].beforeEntry.conditions[0].rules[0].ruleTypeId.provider",
            action,
            "CloudWatchAlarm cannot be carried out here"
        ) { $0.stages[3].beforeEntry?.rules[0].provider = "CloudWatchAlarm" },
        Case(
            "an operator that there is not",
            "stages[3].beforeEntry.conditions[0].rules[0].configuration.Operator",
            action
        ) { $0.stages[3].beforeEntry?.rules[0].configuration["Operator"] = "LIKE" },
        Case("a rule without its keys", "stages[3].beforeEntry.conditions[0].rules[0].configuration", action, "Cron") {
            $0.stages[3].beforeEntry?.rules[0] = RuleDeclaration(name: "W", provider: "DeploymentWindow")
        },
        Case("a rollback in PARALLEL mode", "stages[3].onFailure.result", structure) {
            $0.executionMode = .parallel
            $0.stages[3].onFailure = FailureConditions(result: .rollback)
        },
        Case("a rollback of the sources", "stages[0].onFailure.result", stage) {
            $0.stages[0].onFailure = FailureConditions(result: .rollback)
        },
    ]

    @Test("what AWS allows and what is not known before the run is a warning at most")
    func warnings() {
        var definition = Self.good
        definition.pipelineType = "V1"
        definition.stages[2].actions[0].configuration["CustomData"] =
            String(repeating: "a", count: 3000) + "#{SourceVariables.CommitID}"
        definition.triggers[0].pullRequest = .array([.object([:])])
        let problems = definition.problems()
        #expect(problems.allSatisfy { $0.severity == .warning })
        let texts = problems.map(\.description)
        #expect(texts.contains { $0.contains("did you mean `#{SourceVariables.CommitId}`?") })
        #expect(texts.contains { $0.contains("pull requests") })
        #expect(texts.contains { $0.contains("AWS does not take more than 1000") })
        #expect(texts.contains { $0.contains("V1") })
    }

    @Test("all problems are told of at once, in the order of the definition")
    func allAtOnce() {
        var definition = Self.good
        definition.stages[0].actions[0].configuration["BranchName"] = nil
        definition.stages[1].actions[0].inputArtifacts[1] = "Nope"
        definition.stages[3].actions[0].configuration["Foo"] = "1"
        #expect(
            definition.problems().map(\.path) == [
                "stages[0].actions[0].configuration", "stages[1].actions[0].inputArtifacts[1]",
                "stages[3].actions[0].configuration.Foo",
            ]
        )
    }

    @Test("hundreds of warnings hide no error that comes behind them")
    func behindWarnings() {
        var definition = Self.good
        let texts = (0..<300).map { "#{codepipeline.Nope\($0)}" }
        definition.stages[1].actions[0].environmentVariables = texts.map { .init(name: "N", value: $0) }
        definition.stages[3].actions[0].configuration["Foo"] = "1"
        let problems = definition.problems()
        #expect(problems.filter { $0.severity == .warning }.count == 200)
        #expect(problems.contains { $0.path == "stages[3].actions[0].configuration.Foo" && $0.severity == .error })
    }

    @Test("a definition of ten thousand bad actions has a bounded number of problems")
    func hostile() {
        var definition = Self.good
        let bad = ActionDeclaration(name: "", type: ActionTypeID(category: "x", provider: "y"))
        definition.stages[1].actions = Array(repeating: bad, count: 10_000)
        #expect(definition.problems().count <= 200)
    }
}
