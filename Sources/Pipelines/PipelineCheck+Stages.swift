// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

// Stages: what they hold and in which order, the names in them, and the artifacts between their actions.
extension PipelineCheck {
    mutating func checkStages() {
        var names: [String: Int] = [:]
        var outputs: Set<String> = []
        var spaces: Set<String> = []
        for (index, stage) in definition.stages.enumerated() {
            let path = "stages[\(index)]"
            checkWord(stage.name, .name, "stage's name", at: "\(path).name")
            if let first = names[stage.name], !stage.name.isEmpty {
                add(
                    "\(path).name",
                    .stage,
                    "the stage `\(stage.name)` is there already, as stages[\(first)]; stages have names of their own"
                )
            }
            names[stage.name] = names[stage.name] ?? index
            checkCategories(stage, index)
            checkGroups(stage, at: "\(path).actions")
            var actionNames: Set<String> = []
            for (number, action) in stage.actions.enumerated() {
                let place = "\(path).actions[\(number)]"
                checkWord(action.name, .name, "action's name", at: "\(place).name")
                if !actionNames.insert(action.name).inserted, !action.name.isEmpty {
                    add(
                        "\(place).name",
                        .action,
                        "the stage `\(stage.name)` already has an action `\(action.name)`"
                    )
                }
                let position = Position(stage: index, runOrder: action.runOrder)
                checkAction(action, position, at: place)
                checkInputs(action.inputArtifacts, of: action, before: position, at: "\(place).inputArtifacts")
                checkOutputs(action, known: &outputs, at: place)
                checkNamespace(action, known: &spaces, at: place)
            }
            checkConditions(stage, index)
        }
    }

    private mutating func checkCategories(_ stage: StageDeclaration, _ index: Int) {
        let path = "stages[\(index)]"
        if stage.actions.isEmpty {
            add("\(path).actions", .stage, "the stage `\(stage.name)` has no actions; it needs one or more")
        }
        for (number, action) in stage.actions.enumerated() where Self.isSource(action) != (index == 0) {
            let place = "\(path).actions[\(number)].actionTypeId.category"
            if index == 0 {
                add(
                    place,
                    .structure,
                    "the first stage holds `\(action.name)`, which is no source action; it may hold sources only",
                    hint: "move it to a stage of its own"
                )
            } else {
                add(
                    place,
                    .structure,
                    "the source action `\(action.name)` is in the stage `\(stage.name)`; sources belong to the first stage",
                    hint: "move it to the stage `\(definition.stages[0].name)`"
                )
            }
        }
    }

    private mutating func checkGroups(_ stage: StageDeclaration, at path: String) {
        var groups: [Int: Int] = [:]
        for action in stage.actions { groups[action.runOrder, default: 0] += 1 }
        if let group = groups.filter({ $0.value > 50 }).min(by: { $0.key < $1.key }) {
            add(path, .stage, "\(group.value) actions have the run order \(group.key); at most 50 run side by side")
        }
        if groups.count > 50 {
            add(path, .stage, "the stage `\(stage.name)` has \(groups.count) run orders; at most 50 are allowed")
        }
    }

    // MARK: - Artifacts

    /// The inputs of an action, or of a rule where there is none: each is made by an action before the position.
    mutating func checkInputs(
        _ inputs: [String],
        of action: ActionDeclaration?,
        before position: Position,
        at path: String
    ) {
        var known: Set<String> = []
        for (index, name) in inputs.enumerated() {
            let place = "\(path)[\(index)]"
            checkWord(name, .artifact, "artifact's name", at: place)
            guard !name.isEmpty else { continue }
            if !known.insert(name).inserted {
                add(place, .action, "the input artifact `\(name)` is given twice")
                continue
            }
            guard let maker = artifacts[name] else {
                var hint: String?
                if looks(among: artifacts.count) {
                    let earlier = artifacts.lazy.filter { $0.value.position < position }.map(\.key).sorted()
                    hint = Suggestion.hint(for: name, among: earlier) ?? Self.list("made before", earlier)
                }
                add(place, .action, "no action makes the input artifact `\(name)`", hint: hint)
                continue
            }
            if maker.position >= position {
                let reason =
                    maker.action.name == action?.name && maker.position == position
                    ? "which is this action itself"
                    : "in the stage `\(maker.stage)` with run order \(maker.position.runOrder), which does not run before"
                add(
                    place,
                    .action,
                    "the input artifact `\(name)` is made by `\(maker.action.name)`, \(reason)",
                    hint: "its maker must be in an earlier stage, or have a lower run order in this one"
                )
            } else if maker.action.configuration["OutputArtifactFormat"] == "CODEBUILD_CLONE_REF", let action,
                let rules = ActionProviderRules.rules(for: action.type), !rules.readsCloneReferences
            {
                add(
                    place,
                    .action,
                    "the artifact `\(name)` is a reference to a commit (CODEBUILD_CLONE_REF), which \(rules.provider) cannot read",
                    hint: "write `CODE_ZIP` as the OutputArtifactFormat of `\(maker.action.name)`"
                )
            }
        }
    }

    private mutating func checkOutputs(
        _ action: ActionDeclaration,
        known: inout Set<String>,
        at path: String
    ) {
        for (index, output) in action.outputArtifacts.enumerated() {
            let place = "\(path).outputArtifacts[\(index)]"
            checkWord(output.name, .artifact, "artifact's name", at: place)
            guard !output.name.isEmpty, !known.insert(output.name).inserted else { continue }
            let first = artifacts[output.name].map { "by `\($0.action.name)` in the stage `\($0.stage)`" } ?? "already"
            add(
                place,
                .structure,
                "the output artifact `\(output.name)` is made \(first) too; each artifact has one maker",
                hint: "give it another name"
            )
        }
    }

    private mutating func checkNamespace(
        _ action: ActionDeclaration,
        known: inout Set<String>,
        at path: String
    ) {
        guard let namespace = action.namespace else { return }
        let place = "\(path).namespace"
        checkWord(namespace, .namespace, "namespace", at: place)
        if namespace == "codepipeline" || namespace == "variables" {
            add(place, .action, "the namespace `\(namespace)` is reserved; take another name")
        } else if !known.insert(namespace).inserted, !namespace.isEmpty {
            let first = namespaces[namespace].map { " of `\($0.action.name)` in the stage `\($0.stage)`" } ?? ""
            add(place, .structure, "the namespace `\(namespace)` is that\(first) already; each action has its own")
        } else if artifacts[namespace] != nil {
            add(place, .structure, "the namespace `\(namespace)` is the name of an artifact as well; take another name")
        }
    }

    /// `TITLE: a, b, c`; nil for no words.
    static func list(_ title: String, _ words: [String]) -> String? {
        guard !words.isEmpty else { return nil }
        let shown = words.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
        return "\(title): \(shown)\(words.count > 12 ? " and more" : "")"
    }
}
