// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Events
internal import JSON
internal import Pipelines

// From evaluated properties to what is carried out.
extension Template {
    mutating func buildResources(_ reading: inout TemplateReading) {
        for name in present {
            guard let resource = resource(name) else { continue }
            switch resource.kind.treatment {
            case .applied: build(resource, &reading)
            case .notNeeded(let reason): reading.notNeeded.append(noted(resource, reason))
            case .unsupported(let reason): noteUnsupported(resource, reason, &reading)
            }
        }
        checkStarts(&reading)
    }

    private func noted(_ resource: Resource, _ reason: String) -> NotedResource {
        NotedResource(
            type: resource.type,
            logicalID: resource.logicalID,
            location: resource.place.location,
            reason: reason
        )
    }

    /// A function that only serves custom resources is missed by nobody.
    private mutating func noteUnsupported(_ resource: Resource, _ reason: String, _ reading: inout TemplateReading) {
        if resource.type == "AWS::Lambda::Function" || resource.type == "AWS::Lambda::LayerVersion",
            case let users = (users[resource.logicalID] ?? []).compactMap({ self.resource($0) }),
            !users.isEmpty,
            users.allSatisfy({ user in
                user.type.hasPrefix("Custom::") || user.type == "AWS::CloudFormation::CustomResource"
                    || user.type == "AWS::Lambda::Permission"
            })
        {
            reading.notNeeded.append(noted(resource, "it serves custom resources, which are not carried out here"))
            return
        }
        reading.unsupported.append(noted(resource, reason))
        problems.warn(
            "Resources.\(resource.logicalID): \(resource.type) is not carried out here: \(reason)",
            at: resource.place
        )
    }

    private mutating func build(_ resource: Resource, _ reading: inout TemplateReading) {
        let node = properties(of: resource)
        guard let name = name(of: resource.logicalID) else {
            // Why is told of already; the rest is looked at all the same.
            _ = value(of: resource, node, "unknown", &reading)
            return
        }
        guard let value = value(of: resource, node, name, &reading) else { return }
        reading.resources.append(
            AppliedResource(logicalID: resource.logicalID, location: resource.place.location, value: value)
        )
    }

    /// What a resource is; nil for one that was added, or that has a problem.
    private mutating func value(
        of resource: Resource,
        _ node: Node,
        _ name: String,
        _ reading: inout TemplateReading
    ) -> AppliedResource.Value? {
        var builder = TreeBuilder(keyCase: .pascal, prefix: "\(resource.path)", problems: problems)
        defer { problems = builder.problems }
        switch resource.type {
        case "AWS::CodePipeline::Pipeline":
            guard var definition = builder.pipeline(node, name: name) else { return nil }
            definition.name = name
            let disabled = builder.disabledTransitions(node, of: definition)
            return .pipeline(definition, assumesRules: false, disabledTransitions: disabled)
        case "AWS::CodeBuild::Project":
            guard var project = builder.project(node, name: name) else { return nil }
            project.name = name
            reading.add(project, node, logicalID: resource.logicalID, .pascal, at: resource.place)
            return nil
        case "AWS::CodeCommit::Repository": return builder.repository(node, name)
        case "AWS::SSM::Parameter": return builder.parameter(node, name)
        case "AWS::S3::Bucket": return builder.bucket(node, name)
        case "AWS::Events::Rule": return builder.rule(node, name).map { .rule($0) }
        case "AWS::ElasticBeanstalk::Application": return builder.application(node, name)
        case "AWS::ElasticBeanstalk::Environment":
            let template = node["TemplateName"]?.scalarText.flatMap { configuration($0) }
            return builder.environment(node, name, template: template).map { .environment($0) }
        default: return nil
        }
    }

    /// The properties of the configuration template of a name.
    private mutating func configuration(_ name: String) -> Node? {
        if configurations == nil {
            var found: [String: String] = [:]
            for logicalID in present
            where resource(logicalID)?.type == "AWS::ElasticBeanstalk::ConfigurationTemplate" {
                if let name = self.name(of: logicalID), found[name] == nil { found[name] = logicalID }
            }
            configurations = found
        }
        return configurations?[name].flatMap { resource($0) }.map { properties(of: $0) }
    }

    // MARK: - What starts a pipeline

    /// A webhook stands for a rule; a pipeline that nothing at all starts is told of.
    private mutating func checkStarts(_ reading: inout TemplateReading) {
        var hooked: Set<String> = []
        for name in present {
            guard let resource = resource(name), resource.type == "AWS::CodePipeline::Webhook",
                let target = resource.properties["TargetPipeline"],
                let value = evaluate(target, resource.path.key("TargetPipeline"))?.scalarText
            else { continue }
            hooked.insert(value)
        }
        var targets: Set<String> = []
        for case .rule(let rule) in reading.resources.map(\.value) where rule.isEnabled {
            for target in rule.targets { targets.insert(target.arn) }
        }
        for index in reading.resources.indices {
            guard case .pipeline(let definition, _, let disabled) = reading.resources[index].value else { continue }
            if hooked.contains(definition.name) {
                reading.resources[index].value = .pipeline(
                    definition,
                    assumesRules: true,
                    disabledTransitions: disabled
                )
                continue
            }
            let arn = "arn:aws:codepipeline:\(context.region):\(context.account):\(definition.name)"
            guard !targets.contains(arn), definition.triggers.isEmpty,
                !definition.sourceActions.contains(where: isPolled)
            else { continue }
            let place = reading.resources[index].logicalID.flatMap { resource($0)?.place }
            guard let place, !definition.sourceActions.isEmpty else { continue }
            problems.warn(
                "nothing starts the pipeline `\(definition.name)`: no source looks for changes, and no rule has it as its target",
                at: place,
                hint: "start it with `nacre pipeline start \(definition.name)`, or add an AWS::Events::Rule"
            )
        }
    }

    private func isPolled(_ action: ActionDeclaration) -> Bool {
        let key = action.type.provider == "CodeStarSourceConnection" ? "DetectChanges" : "PollForSourceChanges"
        return action.configuration[key]?.lowercased() != "false"
    }

    // MARK: - Outputs

    mutating func readOutputs() -> [TemplateOutput] {
        let known = ["Value", "Description", "Export", "Condition"]
        var result: [TemplateOutput] = []
        for entry in entries("Outputs") {
            let path = TreePath("Outputs").key(entry.name)
            guard let members = entry.value.entries else {
                error("an output is a mapping with its `Value`, not \(entry.value.kind)", path, at: entry.place)
                continue
            }
            for member in members where !known.contains(member.name) {
                error(
                    "an output has no `\(member.name)`",
                    path,
                    at: member.place,
                    hint: Suggestion.hint(for: member.name, among: known)
                )
            }
            if let condition = entry.value["Condition"], self.condition(condition, path.key("Condition")) == false {
                continue
            }
            guard let node = entry.value["Value"] else {
                error("the output has no `Value`", path, at: entry.place)
                continue
            }
            walk(node, from: nil, path.key("Value"))
            guard let value = evaluate(node, path.key("Value")), !value.isUnknown else { continue }
            guard let text = value.scalarText else {
                error("an output is a text, not \(value.kind)", path.key("Value"), at: node.place)
                continue
            }
            var export: String?
            if let name = entry.value["Export"]?["Name"] {
                walk(name, from: nil, path.key("Export").key("Name"))
                export = evaluate(name, path.key("Export").key("Name"))?.scalarText
            }
            result.append(
                TemplateOutput(
                    name: entry.name,
                    value: text,
                    description: entry.value["Description"]?.scalarText,
                    export: export
                )
            )
        }
        return result
    }
}
