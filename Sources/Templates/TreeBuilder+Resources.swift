// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Events
internal import JSON
internal import Pipelines

// The properties of the resources that are neither pipelines nor projects.
extension TreeBuilder {
    mutating func repository(_ node: Node, _ name: String) -> AppliedResource.Value? {
        let known = ["repositoryName", "repositoryDescription", "code", "triggers", "tags", "kmsKeyId"]
        let tree = Tree(node: node, path: "")
        guard let fields = fields(tree, "the repository", known: known, unknown: .warned) else { return nil }
        _ = required(fields, "repositoryName", of: "the repository")
        for (key, what) in [
            ("code", "a repository is made empty; push its first commit"), ("triggers", "triggers are not carried out"),
        ] {
            if let tree = fields[key], tree.node.items?.isEmpty != true { warn("\(what) here", at: tree) }
        }
        return .repository(name: name, description: text(fields["repositoryDescription"]))
    }

    mutating func parameter(_ node: Node, _ name: String) -> AppliedResource.Value? {
        let known = [
            "name", "type", "value", "description", "allowedPattern", "dataType", "policies", "tags", "tier",
        ]
        let tree = Tree(node: node, path: "")
        guard let fields = fields(tree, "the parameter", known: known, unknown: .warned) else { return nil }
        let type = requiredText(fields, "type", of: "the parameter")
        if let tree = fields["type"], type != "String", type != "StringList" {
            error("a parameter of a template is a `String` or a `StringList`, not `\(type)`", at: tree)
        }
        return .parameter(name: name, type: type, value: requiredText(fields, "value", of: "the parameter"))
    }

    mutating func bucket(_ node: Node, _ name: String) -> AppliedResource.Value? {
        // Policies, encryption, notifications and the rest of some thirty properties change nothing here.
        let status = node["VersioningConfiguration"].flatMap { $0["Status"] }
        if let status { _ = text(Tree(node: status, path: "versioningConfiguration.status")) }
        let isGood = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
        if let given = node["BucketName"], !isGood || !(3...63).contains(name.utf8.count) {
            error(
                "the bucket's name `\(name.prefix(120))` is not 3 to 63 small letters, digits, `.` and `-`",
                at: Tree(node: given, path: "bucketName")
            )
        }
        return .bucket(name: name, isVersioned: status?.scalarText == "Enabled")
    }

    mutating func application(_ node: Node, _ name: String) -> AppliedResource.Value? {
        let known = ["applicationName", "description", "resourceLifecycleConfig", "tags"]
        let tree = Tree(node: node, path: "")
        guard fields(tree, "the application", known: known, unknown: .warned) != nil else { return nil }
        return .application(name: name)
    }

    // MARK: - Rules

    mutating func rule(_ node: Node, _ name: String) -> EventRule? {
        let known = [
            "name", "description", "eventPattern", "scheduleExpression", "state", "targets", "eventBusName", "roleArn",
            "tags",
        ]
        let tree = Tree(node: node, path: "")
        guard let fields = fields(tree, "the rule", known: known, unknown: .warned) else { return nil }
        var result = EventRule(name: name)
        if let pattern = fields["eventPattern"] {
            result.pattern = object(pattern)
            if let value = result.pattern, !Template.holdsUnknown(pattern.node) {
                attempt(pattern) { () throws(EventError) in _ = try EventPattern(value) }
            }
        }
        if let schedule = fields["scheduleExpression"], let text = text(schedule) {
            result.schedule = text
            attempt(schedule) { () throws(EventError) in _ = try Schedule(text) }
        }
        if result.pattern == nil, result.schedule == nil, fields["eventPattern"] == nil {
            error("the rule has neither `EventPattern` nor `ScheduleExpression`", at: tree)
        }
        if let state = fields["state"], let text = text(state) {
            result.isEnabled = text != "DISABLED"
            if !["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"].contains(text) {
                error("a rule is `ENABLED` or `DISABLED`, not `\(text.prefix(60))`", at: state)
            }
        }
        if let bus = fields["eventBusName"], let text = text(bus), text != "default",
            !text.hasSuffix("event-bus/default")
        {
            warn("there is one bus here, the default one; nothing comes over `\(text.prefix(60))`", at: bus)
        }
        result.targets = items(fields["targets"]).compactMap { target($0) }
        return result
    }

    /// Tells of what Events says of a value.
    private mutating func attempt(_ tree: Tree, _ body: () throws(EventError) -> Void) {
        do throws(EventError) { try body() } catch { self.error("\(error.message) (\(error.code.rawValue))", at: tree) }
    }

    /// A JSON object, or a text with one.
    private mutating func object(_ tree: Tree) -> JSONValue? {
        if tree.node.isUnknown {
            _ = text(tree)
            return nil
        }
        let value: JSONValue?
        if case .text(let text) = tree.node.content {
            value = try? JSONText.parse(Array(text.utf8))
        } else {
            value = tree.node.json
        }
        if case .object = value { return value }
        error("this must be a mapping", at: tree)
        return nil
    }

    private mutating func target(_ tree: Tree) -> EventTarget? {
        let known = [
            "arn", "id", "roleArn", "input", "inputPath", "inputTransformer", "deadLetterConfig", "retryPolicy",
            "appSyncParameters", "batchParameters", "ecsParameters", "httpParameters", "kinesisParameters",
            "redshiftDataParameters", "runCommandParameters", "sageMakerPipelineParameters", "sqsParameters",
        ]
        guard let fields = fields(tree, "the target", known: known, unknown: .warned) else { return nil }
        var result = EventTarget(
            id: requiredText(fields, "id", of: "the target"),
            arn: requiredText(fields, "arn", of: "the target")
        )
        if let arn = fields["arn"], !result.arn.isEmpty, !isCarriedOut(result.arn) {
            warn(
                "the target `\(result.arn.prefix(200))` is not carried out here: only pipelines and projects are",
                at: arn
            )
        }
        if let input = fields["input"], let text = text(input) {
            result.input = try? JSONText.parse(Array(text.utf8))
            if result.input == nil { error("the input of a target is JSON", at: input) }
        }
        result.inputPath = text(fields["inputPath"])
        if let transformer = fields["inputTransformer"],
            let members = self.fields(transformer, "the transformer", known: ["inputPathsMap", "inputTemplate"])
        {
            result.inputTransformer = EventTarget.InputTransformer(
                paths: textMap(members["inputPathsMap"]),
                template: requiredText(members, "inputTemplate", of: "the transformer")
            )
            if let value = result.inputTransformer, !Template.holdsUnknown(transformer.node) {
                attempt(transformer) { () throws(EventError) in try value.check() }
            }
        }
        let inputs = ["input", "inputPath", "inputTransformer"].filter { fields[$0] != nil }
        if inputs.count > 1 { error("of `Input`, `InputPath` and `InputTransformer` only one may be given", at: tree) }
        return result
    }

    private func isCarriedOut(_ arn: String) -> Bool {
        arn.hasPrefix("arn:aws:codepipeline:") || arn.hasPrefix("arn:aws:codebuild:")
    }

    // MARK: - Environments

    mutating func environment(_ node: Node, _ name: String, template: Node?) -> EnvironmentDeclaration? {
        let known = [
            "applicationName", "environmentName", "description", "solutionStackName", "platformArn", "templateName",
            "versionLabel", "optionSettings", "tier", "cNAMEPrefix", "operationsRole", "tags",
        ]
        let tree = Tree(node: node, path: "")
        guard let fields = fields(tree, "the environment", known: known, unknown: .warned) else { return nil }
        var result = EnvironmentDeclaration(
            application: requiredText(fields, "applicationName", of: "the environment"),
            name: name
        )
        result.description = text(fields["description"])
        result.solutionStack = text(fields["solutionStackName"]) ?? template?["SolutionStackName"]?.scalarText
        if let tier = fields["tier"], tier.node["Name"]?.scalarText == "Worker" {
            warn("an environment of workers gets no messages here", at: tier)
        }
        if let settings = template?["OptionSettings"] {
            options(Tree(node: settings, path: "templateName"), into: &result)
        }
        if let settings = fields["optionSettings"] { options(settings, into: &result) }
        return result
    }

    private mutating func options(_ tree: Tree, into environment: inout EnvironmentDeclaration) {
        let known = ["namespace", "optionName", "value", "resourceName"]
        for item in items(tree) {
            guard let fields = fields(item, "the option", known: known, unknown: .warned) else { continue }
            let option = EnvironmentDeclaration.Option(
                namespace: requiredText(fields, "namespace", of: "the option"),
                name: requiredText(fields, "optionName", of: "the option"),
                value: text(fields["value"]) ?? ""
            )
            if option.namespace == EnvironmentDeclaration.variableNamespace {
                environment.variables[option.name] = option.value
                continue
            }
            environment.options.removeAll { $0.namespace == option.namespace && $0.name == option.name }
            environment.options.append(option)
        }
    }
}
