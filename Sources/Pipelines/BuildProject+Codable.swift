// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// A project as in the JSON of `batch-get-projects` and `create-project`.
///
/// Whatever has no member of its own is kept in `unused`, that within `source` and `environment` under these keys.
extension BuildProject: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, description, source, sourceVersion, environment, timeoutInMinutes, queuedTimeoutInMinutes
        case concurrentBuildLimit, autoRetryLimit
    }

    private enum SourceKeys: String, CodingKey, CaseIterable {
        case type, location, buildspec
    }

    private enum EnvironmentKeys: String, CodingKey, CaseIterable {
        case type, image, computeType, privilegedMode, environmentVariables
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(name: try values.decode(String.self, forKey: .name))
        description = try values.decodeIfPresent(String.self, forKey: .description)
        sourceVersion = try values.decodeIfPresent(String.self, forKey: .sourceVersion)
        timeoutInMinutes = try values.decodeIfPresent(Int.self, forKey: .timeoutInMinutes)
        queuedTimeoutInMinutes = try values.decodeIfPresent(Int.self, forKey: .queuedTimeoutInMinutes)
        concurrentBuildLimit = try values.decodeIfPresent(Int.self, forKey: .concurrentBuildLimit)
        autoRetryLimit = try values.decodeIfPresent(Int.self, forKey: .autoRetryLimit)

        unused = try Self.others(JSONValue(from: decoder), CodingKeys.self)
        if let tree = try values.decodeIfPresent(JSONValue.self, forKey: .source) {
            let source = try values.nestedContainer(keyedBy: SourceKeys.self, forKey: .source)
            sourceType = try source.decodeIfPresent(String.self, forKey: .type)
            sourceLocation = try source.decodeIfPresent(String.self, forKey: .location)
            buildspec = try source.decodeIfPresent(String.self, forKey: .buildspec)
            keep(Self.others(tree, SourceKeys.self), under: .source)
        }
        if let tree = try values.decodeIfPresent(JSONValue.self, forKey: .environment) {
            let environment = try values.nestedContainer(keyedBy: EnvironmentKeys.self, forKey: .environment)
            environmentType = try environment.decodeIfPresent(String.self, forKey: .type)
            image = try environment.decodeIfPresent(String.self, forKey: .image)
            computeType = try environment.decodeIfPresent(String.self, forKey: .computeType)
            isPrivileged = try environment.decodeIfPresent(Bool.self, forKey: .privilegedMode) ?? false
            variables = try environment.decodeIfPresent([Variable].self, forKey: .environmentVariables) ?? []
            keep(Self.others(tree, EnvironmentKeys.self), under: .environment)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var members: [String: JSONValue] = [:]
        for (key, value) in unused where CodingKeys(stringValue: key) == nil { members[key] = value }
        members["name"] = .string(name)
        members["description"] = description.map(JSONValue.string)
        members["sourceVersion"] = sourceVersion.map(JSONValue.string)
        members["timeoutInMinutes"] = timeoutInMinutes.map(Self.number)
        members["queuedTimeoutInMinutes"] = queuedTimeoutInMinutes.map(Self.number)
        members["concurrentBuildLimit"] = concurrentBuildLimit.map(Self.number)
        members["autoRetryLimit"] = autoRetryLimit.map(Self.number)
        members["source"] = sourceTree()
        members["environment"] = environmentTree()
        try JSONValue.object(members).encode(to: encoder)
    }

    private func sourceTree() -> JSONValue? {
        var members = kept(under: .source)
        members["type"] = sourceType.map(JSONValue.string)
        members["location"] = sourceLocation.map(JSONValue.string)
        members["buildspec"] = buildspec.map(JSONValue.string)
        return members.isEmpty ? nil : .object(members)
    }

    private func environmentTree() -> JSONValue? {
        var members = kept(under: .environment)
        members["type"] = environmentType.map(JSONValue.string)
        members["image"] = image.map(JSONValue.string)
        members["computeType"] = computeType.map(JSONValue.string)
        if !variables.isEmpty {
            members["environmentVariables"] = .array(
                variables.map { variable in
                    var members = ["name": JSONValue.string(variable.name), "value": .string(variable.value)]
                    members["type"] = variable.type.map(JSONValue.string)
                    return .object(members)
                }
            )
        }
        if !members.isEmpty || isPrivileged { members["privilegedMode"] = .bool(isPrivileged) }
        return members.isEmpty ? nil : .object(members)
    }

    // MARK: - What is given back as it came

    private static func others<Key: CodingKey>(_ tree: JSONValue, _ keys: Key.Type) -> [String: JSONValue] {
        guard case .object(let members) = tree else { return [:] }
        return members.filter { Key(stringValue: $0.key) == nil && $0.value != .null }
    }

    private mutating func keep(_ members: [String: JSONValue], under key: CodingKeys) {
        if !members.isEmpty { unused[key.rawValue] = .object(members) }
    }

    private func kept(under key: CodingKeys) -> [String: JSONValue] {
        if case .object(let members) = unused[key.rawValue] { members } else { [:] }
    }

    private static func number(_ value: Int) -> JSONValue { .number(String(value)) }
}
