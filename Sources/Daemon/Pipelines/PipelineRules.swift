// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Events
internal import JSON
internal import Journals
internal import Pipelines
internal import Repositories

extension PipelineTriggers {
    /// A rule that acts, and the pipelines that it starts.
    struct Rule: Sendable {
        let rule: EventRule
        let targets: [(pipeline: String, target: EventTarget)]
        let pattern: EventPattern?
        let schedule: Schedule?
        /// When it was made, which a rate is counted from: milliseconds since 1970.
        let madeAt: Int64

        var arn: String { AWSName.rule(rule.name) }

        /// Nil when it does not act, or starts none of these pipelines.
        init?(_ resource: ResourceRecord, definitions: [String: PipelineDefinition]) {
            guard let rule = try? JSONText.decode(EventRule.self, from: Array(resource.body.utf8)), rule.isEnabled
            else {
                return nil
            }
            targets = rule.targets.compactMap { target in
                guard let name = AWSName.pipeline(inARN: target.arn), definitions[name] != nil else { return nil }
                return (pipeline: name, target: target)
            }
            if targets.isEmpty { return nil }
            self.rule = rule
            pattern = rule.pattern.flatMap { try? EventPattern($0) }
            schedule = rule.schedule.flatMap { try? Schedule($0) }
            madeAt = resource.updatedAt
        }

        /// Whether an event is one that the rule is about.
        func matches(_ event: JSONValue) -> Bool {
            pattern?.matches(event) ?? false
        }

        /// The starts that an event, or a time, leads to.
        func starts(_ event: JSONValue) -> [Start] {
            let now = Timestamp.now().milliseconds
            return targets.map { pipeline, target in
                Start(
                    pipeline: pipeline,
                    trigger: ExecutionTrigger(.cloudWatchEvent, detail: arn),
                    pins: [:],
                    // A path that leads nowhere hands over nothing.
                    input: (try? target.payload(of: event, rule: rule.name, ruleARN: arn, at: now)) ?? nil
                )
            }
        }

        /// Adds the refs of a repository that the rule may be about.
        func watch(_ repository: String, _ names: inout WatchedNames) {
            guard pattern != nil, case .object(let wanted)? = rule.pattern else { return }
            if case .array(let sources)? = wanted["source"], !sources.contains(.string("aws.codecommit")) { return }
            if case .array(let resources)? = wanted["resources"], Self.areTexts(resources),
                !resources.contains(.string(AWSName.repository(repository)))
            {
                return
            }
            guard case .object(let detail)? = wanted["detail"], case .array(let values)? = detail["referenceName"],
                Self.areTexts(values)
            else {
                names.isEverything = true
                return
            }
            for case .string(let name) in values {
                names.refs.insert(RefName("refs/heads/\(name)"))
                names.refs.insert(RefName("refs/tags/\(name)"))
            }
        }

        private static func areTexts(_ values: [JSONValue]) -> Bool {
            values.allSatisfy { if case .string = $0 { true } else { false } }
        }
    }
}
