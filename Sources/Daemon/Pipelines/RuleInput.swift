// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// What a rule hands to a pipeline that it starts: the members of `StartPipelineExecution` that it may set.
struct RuleInput: Sendable, Hashable {
    /// By source action: the id of a commit or of an object's version.
    private(set) var revisions: [String: String] = [:]
    private(set) var variables: [String: String] = [:]

    /// Other members, such as those of an event that is handed over as it is, are passed over.
    init(_ input: JSONValue?) {
        guard case .object(let members)? = input else { return }
        for item in Self.objects(members["sourceRevisions"]) {
            guard let action = Self.text(item["actionName"]), let id = Self.text(item["revisionValue"]) else {
                continue
            }
            revisions[action] = id
        }
        for item in Self.objects(members["variables"]) {
            guard let name = Self.text(item["name"]), let value = Self.text(item["value"]) else { continue }
            variables[name] = value
        }
    }

    private static func objects(_ value: JSONValue?) -> [[String: JSONValue]] {
        guard case .array(let items)? = value else { return [] }
        return items.compactMap { if case .object(let members) = $0 { members } else { nil } }
    }

    private static func text(_ value: JSONValue?) -> String? {
        if case .string(let text)? = value { text } else { nil }
    }
}
