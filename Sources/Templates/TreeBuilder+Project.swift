// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import JSON
internal import Pipelines

// A project: the tree of `create-project` and `batch-get-projects`, or the properties of `AWS::CodeBuild::Project`.
extension TreeBuilder {
    private static let projectKeys = [
        "name", "description", "source", "sourceVersion", "environment", "timeoutInMinutes", "queuedTimeoutInMinutes",
        "concurrentBuildLimit", "autoRetryLimit",
    ]
    /// Kept, without any effect.
    private static let otherKeys = [
        "arn", "secondarySources", "secondarySourceVersions", "artifacts", "secondaryArtifacts", "cache", "serviceRole",
        "encryptionKey", "tags", "created", "lastModified", "webhook", "vpcConfig", "badge", "badgeEnabled",
        "logsConfig",
        "fileSystemLocations", "buildBatchConfig", "projectVisibility", "publicProjectAlias", "resourceAccessRole",
        "triggers", "visibility",
    ]
    private static let sourceKeys = ["type", "location", "buildspec"]
    private static let otherSourceKeys = [
        "auth", "buildStatusConfig", "gitCloneDepth", "gitSubmodulesConfig", "insecureSsl", "insecureSSL",
        "reportBuildStatus", "sourceIdentifier",
    ]
    private static let environmentKeys = ["type", "image", "computeType", "privilegedMode", "environmentVariables"]
    private static let otherEnvironmentKeys = [
        "certificate", "fleet", "imagePullCredentialsType", "registryCredential", "computeConfiguration",
        "dockerServer",
        "hostKernel",
    ]

    /// Reads a project and checks it.
    mutating func project(_ node: Node, path: String = "", name generated: String? = nil) -> BuildProject? {
        let tree = Tree(node: node, path: path)
        let known = Self.projectKeys + Self.otherKeys
        guard let fields = fields(tree, "the project", known: known, unknown: .warned) else { return nil }
        var result = BuildProject(name: "")
        if let generated, fields["name"] == nil {
            result.name = generated
        } else {
            result.name = requiredText(fields, "name", of: "the project")
        }
        result.description = text(fields["description"])
        result.sourceVersion = text(fields["sourceVersion"])
        result.timeoutInMinutes = number(fields["timeoutInMinutes"])
        result.queuedTimeoutInMinutes = number(fields["queuedTimeoutInMinutes"])
        result.concurrentBuildLimit = number(fields["concurrentBuildLimit"])
        result.autoRetryLimit = number(fields["autoRetryLimit"])
        for key in Self.otherKeys { result.unused[key] = fields[key].map { json($0.node) } }
        if let tree = required(fields, "source", of: "the project") { source(tree, &result) }
        if let tree = required(fields, "environment", of: "the project") { environment(tree, &result) }
        check(result, fields)
        return result
    }

    private mutating func source(_ tree: Tree, _ project: inout BuildProject) {
        let known = Self.sourceKeys + Self.otherSourceKeys
        guard let fields = fields(tree, "the source", known: known, unknown: .warned) else { return }
        project.sourceType = requiredText(fields, "type", of: "the source")
        project.sourceLocation = text(fields["location"])
        project.buildspec = text(fields["buildspec"])
        keep(fields, Self.otherSourceKeys, in: &project, under: "source")
    }

    private mutating func environment(_ tree: Tree, _ project: inout BuildProject) {
        let known = Self.environmentKeys + Self.otherEnvironmentKeys
        guard let fields = fields(tree, "the environment", known: known, unknown: .warned) else { return }
        project.environmentType = requiredText(fields, "type", of: "the environment")
        project.image = requiredText(fields, "image", of: "the environment")
        project.computeType = text(fields["computeType"])
        project.isPrivileged = flag(fields["privilegedMode"]) ?? false
        if let type = project.environmentType, type.hasPrefix("WINDOWS") || type.hasPrefix("MAC") {
            error("builds of the type `\(type)` cannot be carried out here: this is Linux", at: fields["type"] ?? tree)
        }
        var names: Set<String> = []
        for item in items(fields["environmentVariables"]) {
            guard let members = self.fields(item, "the variable", known: ["name", "value", "type"]) else { continue }
            let name = requiredText(members, "name", of: "the variable")
            let type = text(members["type"])
            if !name.isEmpty, !names.insert(name).inserted {
                error("the variable `\(name)` is given twice", at: item)
            }
            if let type, let tree = members["type"],
                !["PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"].contains(type)
            {
                error(
                    "there is no type `\(type.prefix(60))` of variables",
                    at: tree,
                    hint: Suggestion.hint(for: type, among: ["PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"])
                        ?? "write PLAINTEXT, PARAMETER_STORE or SECRETS_MANAGER"
                )
            }
            let value: String
            if let entry = item.node.entry(keyCase.written("value")), case .null = entry.value.content {
                value = ""
            } else {
                value = requiredText(members, "value", of: "the variable")
            }
            project.variables.append(BuildProject.Variable(name: name, value: value, type: type))
        }
        keep(fields, Self.otherEnvironmentKeys, in: &project, under: "environment")
    }

    private func keep(_ fields: Fields, _ keys: [String], in project: inout BuildProject, under key: String) {
        var members: [String: JSONValue] = [:]
        for name in keys { members[name] = fields[name].map { json($0.node) } }
        if !members.isEmpty { project.unused[key] = .object(members) }
    }

    private mutating func check(_ project: BuildProject, _ fields: Fields) {
        if let name = fields["name"], !project.name.isEmpty {
            let isFirstGood = project.name.unicodeScalars.first.map { $0 != "-" && $0 != "_" } ?? false
            let isGood = project.name.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
                default: false
                }
            }
            if !isGood || !isFirstGood || !(2...255).contains(project.name.unicodeScalars.count) {
                error(
                    "the project's name `\(project.name.prefix(120))` is not 2 to 255 letters, digits, `-` and `_`",
                    at: name
                )
            }
        }
        let ranges = [
            ("timeoutInMinutes", project.timeoutInMinutes, 5...2160),
            ("queuedTimeoutInMinutes", project.queuedTimeoutInMinutes, 5...480),
            ("autoRetryLimit", project.autoRetryLimit, 0...10),
        ]
        for (key, value, range) in ranges {
            guard let value, let tree = fields[key], !range.contains(value) else { continue }
            error("\(value) is not between \(range.lowerBound) and \(range.upperBound)", at: tree)
        }
    }
}
