// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import JSON

// The configuration of actions and rules: known keys, needed ones, and what their values may be.
extension PipelineCheck {
    /// AWS's live service takes this much, though its model says 1000.
    private static let limitValue = 50_000
    private static let portableValue = 1000
    private static let variableTypes = ["PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"]

    /// Checks a configuration against the keys that its provider has; the owner is for messages.
    mutating func checkConfiguration(
        _ configuration: [String: String],
        _ keys: [ActionProviderRules.Key],
        _ owner: String,
        limit: Int = limitValue,
        at path: String
    ) {
        for key in keys where key.isRequired && configuration[key.name] == nil {
            let near = Suggestion.nearest(
                to: key.name,
                among: configuration.keys.filter { name in
                    !keys.contains { $0.name == name }
                }
            )
            // The misspelt key is told of below.
            if near != nil { continue }
            add(path, .action, "the configuration of \(owner) needs the key `\(key.name)`")
        }
        for (name, value) in configuration.sorted(by: { $0.key < $1.key }) {
            let place = "\(path).\(name)"
            guard let key = keys.first(where: { $0.name == name }) else {
                let names = keys.map(\.name)
                add(
                    place,
                    .action,
                    "the configuration of \(owner) has the unknown key `\(name)`",
                    hint: Suggestion.hint(for: name, among: names)
                        ?? (Self.list("known keys", names) ?? "it has no configuration"),
                    concernsKey: true
                )
                continue
            }
            let count = value.unicodeScalars.count
            if count == 0 {
                add(place, .validation, "the value of `\(name)` is empty", hint: "leave the key out")
            } else if count > limit {
                add(place, .validation, "the value of `\(name)` has \(count) characters; at most \(limit) are allowed")
            } else {
                if count > Self.portableValue, limit == Self.limitValue {
                    add(
                        place,
                        .validation,
                        "the value of `\(name)` has \(count) characters; AWS does not take more than 1000 everywhere",
                        severity: .warning
                    )
                }
                checkForm(value, key, at: place)
            }
        }
    }

    private mutating func checkForm(_ value: String, _ key: ActionProviderRules.Key, at path: String) {
        // What a variable will hold is not known yet; within the JSON of a list it is a part of a text.
        let holdsReference = value.contains("#{")
        switch key.form {
        case .any: break
        case .flag:
            guard !holdsReference, !["true", "false"].contains(value.lowercased()) else { return }
            add(path, .action, "`\(key.name)` is `true` or `false`, not `\(value.prefix(60))`")
        case .oneOf(let values):
            guard !holdsReference, !values.contains(value) else { return }
            add(
                path,
                .action,
                "`\(key.name)` cannot be `\(value.prefix(60))`",
                hint: Suggestion.hint(for: value, among: values) ?? Self.list("it is one of", values)
            )
        case .variables:
            if !value.hasPrefix("#{"), let complaint = variablesComplaint(value) {
                add(path, .action, "`\(key.name)` \(complaint)")
            }
        }
    }

    /// What is wrong with a CodeBuild action's `EnvironmentVariables`; nil for nothing.
    private func variablesComplaint(_ text: String) -> String? {
        let tree: JSONValue
        do { tree = try JSONText.parse(Array(text.utf8)) } catch DecodingError.dataCorrupted(let context) {
            return "must be the JSON text of a list such as `[{\"name\":\"A\",\"value\":\"b\"}]`: "
                + context.debugDescription
        } catch { return "must be JSON" }
        guard case .array(let elements) = tree else {
            return "must be a JSON list such as `[{\"name\":\"A\",\"value\":\"b\"}]`"
        }
        for (index, element) in elements.enumerated() {
            guard case .object(let members) = element else { return "has an element [\(index)] that is no object" }
            guard case .string(let name) = members["name"], !name.isEmpty else {
                return "has an element [\(index)] without a text `name`"
            }
            guard case .string = members["value"] else { return "has no text `value` for `\(name)`" }
            if let type = members["type"] {
                guard case .string(let type) = type, Self.variableTypes.contains(type) else {
                    return "has a wrong `type` for `\(name)`: write PLAINTEXT, PARAMETER_STORE or SECRETS_MANAGER"
                }
            }
            if let key = members.keys.sorted().first(where: { !["name", "value", "type"].contains($0) }) {
                return "has the unknown key `\(key)` for `\(name)`"
            }
        }
        return nil
    }

    /// What a provider asks of several keys together.
    mutating func checkProvider(_ action: ActionDeclaration, _ rules: ActionProviderRules, at path: String) {
        let configuration = action.configuration
        if rules.provider == "CodeBuild" {
            checkPrimarySource(configuration["PrimarySource"], action.inputArtifacts, at: "\(path).configuration")
        }
        if rules.provider == "S3", rules.categories == ["Deploy"],
            configuration["Extract"]?.lowercased() == "false", configuration["ObjectKey"] == nil
        {
            add(
                "\(path).configuration",
                .action,
                "the configuration of `\(action.name)` needs `ObjectKey`, the object's whole key, as `Extract` is false"
            )
        }
    }

    mutating func checkPrimarySource(_ primary: String?, _ inputs: [String], at path: String) {
        if let primary, !primary.contains("#{") {
            guard !inputs.contains(primary) else { return }
            add(
                "\(path).PrimarySource",
                .action,
                "`PrimarySource` is `\(primary)`, which is no input artifact of the action",
                hint: Suggestion.hint(for: primary, among: inputs) ?? Self.list("input artifacts", inputs)
            )
        } else if primary == nil, inputs.count > 1 {
            add(
                path,
                .action,
                "with several input artifacts the configuration needs `PrimarySource`, the one with the buildspec",
                hint: Self.list("one of", inputs)
            )
        }
    }
}
