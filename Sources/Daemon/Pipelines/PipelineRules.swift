// SPDX-License-Identifier: Apache-2.0

internal import Events
internal import JSON
internal import Pipelines

/// What rules make of events.
extension PipelineTriggers.Rule {
    /// Whether an event is one that the rule is about.
    func matches(_ event: JSONValue) -> Bool {
        guard let pattern = rule.pattern else { return false }
        _ = pattern
        return false
    }

    /// What a target gets of an event; nil where it is the event itself.
    func input(for target: EventTarget, _ event: JSONValue) -> JSONValue? {
        nil
    }

    /// Adds the refs of a repository that the rule may be about.
    func watch(_ repository: String, _ names: inout WatchedNames) {
        guard case .object(let pattern)? = rule.pattern else { return }
        if case .array(let sources)? = pattern["source"], !sources.contains(.string("aws.codecommit")) { return }
        if case .array(let resources)? = pattern["resources"], Self.areTexts(resources),
            !resources.contains(.string(AWSName.repository(repository)))
        {
            return
        }
        guard case .object(let detail)? = pattern["detail"], case .array(let values)? = detail["referenceName"],
            Self.areTexts(values)
        else {
            names.isEverything = true
            return
        }
        for case .string(let name) in values {
            names.refs.insert("refs/heads/\(name)")
            names.refs.insert("refs/tags/\(name)")
        }
    }

    private static func areTexts(_ values: [JSONValue]) -> Bool {
        values.allSatisfy { if case .string = $0 { true } else { false } }
    }
}

extension TriggerDeclaration.Push {
    func matches(ref: String, changedFiles: [String]) -> Bool { false }
}
