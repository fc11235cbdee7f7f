// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

// `#{namespace.key}`: whether somebody will have given the value by then.
extension PipelineCheck {
    mutating func checkReferences(of action: ActionDeclaration, _ position: Position, at path: String) {
        checkReferences(
            in: action.configuration,
            before: position,
            isSource: Self.isSource(action),
            at: "\(path).configuration"
        )
        for (index, command) in action.commands.enumerated() {
            checkReferences(in: command, before: position, at: "\(path).commands[\(index)]")
        }
        for (index, variable) in action.environmentVariables.enumerated() {
            checkReferences(in: variable.value, before: position, at: "\(path).environmentVariables[\(index)].value")
        }
    }

    mutating func checkReferences(
        in configuration: [String: String],
        before position: Position,
        isSource: Bool = false,
        at path: String
    ) {
        for (key, value) in configuration.sorted(by: { $0.key < $1.key }) {
            checkReferences(in: value, before: position, isSource: isSource, at: "\(path).\(key)")
        }
    }

    /// Checks the references of one text; the position is that of the one that refers, or the first too late to give a value.
    mutating func checkReferences(
        in text: String,
        before position: Position,
        isSource: Bool = false,
        at path: String
    ) {
        // Most texts have none, and long ones have the same ones often.
        guard text.utf8.contains(UInt8(ascii: "#")) else { return }
        var known: Set<String> = []
        for reference in VariableReference.all(in: text) where known.insert(reference.description).inserted {
            let shown = "`#{\(reference.namespace).\(reference.key)}`"
            switch reference.namespace {
            case "codepipeline":
                guard reference.key != "PipelineExecutionId" else { continue }
                add(
                    path,
                    .action,
                    "\(shown) is never given; of `codepipeline` there is only `PipelineExecutionId`",
                    severity: .warning
                )
            case "variables":
                checkDeclared(reference, shown, isSource: isSource, at: path)
            default:
                checkNamespace(reference, shown, before: position, at: path)
            }
        }
    }

    private mutating func checkDeclared(
        _ reference: VariableReference,
        _ shown: String,
        isSource: Bool,
        at path: String
    ) {
        guard variables.contains(reference.key) else {
            var hint: String?
            if looks(among: variables.count) {
                hint = Suggestion.hint(for: reference.key, among: definition.variables.map(\.name))
            }
            add(
                path,
                .structure,
                "\(shown) refers to a variable that the pipeline does not declare",
                hint: hint ?? "declare `\(reference.key)` under `variables`"
            )
            return
        }
        if isSource {
            add(
                path,
                .structure,
                "\(shown) is in a source action, where AWS does not allow variables of the pipeline",
                severity: .warning
            )
        }
    }

    private mutating func checkNamespace(
        _ reference: VariableReference,
        _ shown: String,
        before position: Position,
        at path: String
    ) {
        guard let maker = namespaces[reference.namespace] else {
            var near: String?
            if looks(among: namespaces.count) {
                near = Suggestion.nearest(to: reference.namespace, among: namespaces.keys.sorted())
            }
            add(
                path,
                .action,
                "\(shown) refers to a namespace that no action has",
                hint: near.map { "did you mean `#{\($0).\(reference.key)}`?" }
                    ?? "give the action whose variable it is the namespace `\(reference.namespace)`"
            )
            return
        }
        guard maker.position < position else {
            add(
                path,
                .action,
                "\(shown) is given by `\(maker.action.name)` in the stage `\(maker.stage)`, which does not run before",
                hint: "the action must be in an earlier stage, or have a lower run order in this one"
            )
            return
        }
        let keys: [String]
        switch ActionProviderRules.rules(for: maker.action.type)?.variables {
        case .any, nil: return
        case .declared: keys = maker.action.outputVariables
        case .fixed(let names): keys = names
        case .nothing: keys = []
        }
        guard !keys.contains(reference.key) else { return }
        let near = Suggestion.nearest(to: reference.key, among: keys)
        add(
            path,
            .action,
            "\(shown) is never given: `\(maker.action.name)` has no variable `\(reference.key)`",
            hint: near.map { "did you mean `#{\(reference.namespace).\($0)}`?" }
                ?? Self.list("it has", keys) ?? "it has no variables",
            severity: .warning
        )
    }
}
