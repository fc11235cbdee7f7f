// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import JSON

/// Goes through a definition and collects what is wrong with it; one extension for each part of the tree.
struct PipelineCheck {
    /// When an action runs: artifacts and variables go from earlier places to later ones.
    struct Position: Comparable {
        let stage: Int
        let runOrder: Int

        static func < (left: Position, right: Position) -> Bool {
            (left.stage, left.runOrder) < (right.stage, right.runOrder)
        }
    }

    /// An action that makes an artifact or has a namespace.
    struct Maker {
        let position: Position
        let stage: String
        let action: ActionDeclaration
    }

    /// More errors than this, and more warnings, are not kept.
    private static let limit = 200
    /// Names are compared with a misspelt one while they are not more than these, which is twice what AWS allows of anything.
    private static let limitCandidates = 1000

    let definition: PipelineDefinition
    private(set) var problems: [PipelineProblem] = []
    private var errors = 0
    /// The names of the pipeline's own variables.
    let variables: Set<String>
    /// The first maker of each artifact.
    var artifacts: [String: Maker] = [:]
    /// The first owner of each namespace.
    var namespaces: [String: Maker] = [:]

    init(definition: PipelineDefinition) {
        self.definition = definition
        variables = Set(definition.variables.map(\.name))
    }

    mutating func run() {
        collectMakers()
        checkPipeline()
        checkVariables()
        checkTriggers()
        checkStages()
        checkVersionOne()
    }

    // MARK: - Problems

    mutating func add(
        _ path: String,
        _ exception: ExceptionName,
        _ message: String,
        hint: String? = nil,
        severity: PipelineProblem.Severity = .error,
        concernsKey: Bool = false
    ) {
        guard (severity == .error ? errors : problems.count - errors) < Self.limit else { return }
        if severity == .error { errors += 1 }
        problems.append(
            PipelineProblem(
                path: path,
                exception: exception.rawValue,
                severity: severity,
                message: message,
                hint: hint,
                concernsKey: concernsKey
            )
        )
    }

    /// Whether the name that a misspelt one was to be is looked for: not where nobody would read it, or where it would take long.
    func looks(among count: Int) -> Bool { errors < Self.limit && count <= Self.limitCandidates }

    /// Adds a problem where a name is not as AWS has it.
    mutating func checkWord(_ text: String, _ rules: WordRules, _ what: String, at path: String) {
        guard let complaint = rules.complaint(text) else { return }
        let shown = text.isEmpty ? "the \(what)" : "the \(what) `\(text.prefix(120))`"
        add(path, .validation, "\(shown) \(complaint)")
    }

    /// AWS's exceptions about definitions.
    enum ExceptionName: String {
        case structure = "InvalidStructureException"
        case stage = "InvalidStageDeclarationException"
        case action = "InvalidActionDeclarationException"
        case validation = "ValidationException"
    }

    // MARK: - The whole pipeline

    private mutating func collectMakers() {
        for (index, stage) in definition.stages.enumerated() {
            for action in stage.actions {
                let maker = Maker(
                    position: Position(stage: index, runOrder: action.runOrder),
                    stage: stage.name,
                    action: action
                )
                for output in action.outputArtifacts where artifacts[output.name] == nil {
                    artifacts[output.name] = maker
                }
                if let namespace = action.namespace, namespaces[namespace] == nil { namespaces[namespace] = maker }
            }
        }
    }

    private mutating func checkPipeline() {
        checkWord(definition.name, .name, "pipeline's name", at: "name")
        if let type = definition.pipelineType, type != "V1", type != "V2" {
            add("pipelineType", .validation, "there is no pipeline type `\(type)`", hint: "write `V2`")
        }
        if let store = definition.unused["artifactStore"], store != .null,
            let stores = definition.unused["artifactStores"], stores != .null
        {
            add("artifactStores", .structure, "both `artifactStore` and `artifactStores` are given; keep one of them")
        }
        let stages = definition.stages
        if stages.count < 2 {
            add(
                "stages",
                .structure,
                "the pipeline has \(stages.isEmpty ? "no stage" : "one stage"); it needs two or more",
                hint: "a stage of source actions comes first, and at least one that does something with them follows"
            )
        }
        if stages.count > 50 {
            add("stages", .structure, "the pipeline has \(stages.count) stages; at most 50 are allowed")
        }
        let actions = stages.reduce(0) { $0 + $1.actions.count }
        if actions > 500 {
            add("stages", .structure, "the pipeline has \(actions) actions; at most 500 are allowed")
        }
        if stages.count >= 2, !stages.dropFirst().contains(where: { $0.actions.contains { !Self.isSource($0) } }) {
            add("stages", .structure, "no stage after the first has an action that is not a source")
        }
    }

    static func isSource(_ action: ActionDeclaration) -> Bool { action.type.category == "Source" }

    // MARK: - Variables

    private mutating func checkVariables() {
        let variables = definition.variables
        if variables.count > 50 {
            add("variables", .validation, "the pipeline has \(variables.count) variables; at most 50 are allowed")
        }
        var known: Set<String> = []
        for (index, variable) in variables.enumerated() {
            let path = "variables[\(index)]"
            checkWord(variable.name, .variable, "variable's name", at: "\(path).name")
            if !known.insert(variable.name).inserted {
                add("\(path).name", .structure, "there is already a variable `\(variable.name)`")
            }
            if let value = variable.defaultValue {
                let count = value.unicodeScalars.count
                if count == 0 {
                    add(
                        "\(path).defaultValue",
                        .validation,
                        "the default value of the variable `\(variable.name)` is empty",
                        hint: "leave it out: the value is then asked for at each start"
                    )
                } else if count > 1000 {
                    add("\(path).defaultValue", .validation, "the default value has more than 1000 characters")
                }
            }
            if let description = variable.description, description.unicodeScalars.count > 200 {
                add("\(path).description", .validation, "the description has more than 200 characters")
            }
        }
    }

    // MARK: - What only V2 has

    /// AWS refuses these for V1; here they work, and the author is told.
    private mutating func checkVersionOne() {
        guard definition.pipelineType == "V1" else { return }
        func uses(_ stage: StageDeclaration) -> Bool {
            stage.beforeEntry != nil || stage.onSuccess != nil || stage.onFailure != nil
        }
        let features = [
            (
                "executionMode", "the execution mode `\(definition.executionMode.rawValue)`",
                definition.executionMode != .superseded
            ),
            ("variables", "variables", !definition.variables.isEmpty),
            ("triggers", "triggers", !definition.triggers.isEmpty),
            ("stages", "conditions", definition.stages.contains(where: uses)),
            (
                "stages", "the provider `Commands`",
                definition.stages.contains { $0.actions.contains { $0.type.provider == "Commands" } }
            ),
        ]
        for (path, feature, isUsed) in features where isUsed {
            add(
                path,
                .structure,
                "a pipeline of type V1 has \(feature), which AWS allows for V2 only",
                hint: "write `V2` as the pipeline's type",
                severity: .warning
            )
        }
    }
}
