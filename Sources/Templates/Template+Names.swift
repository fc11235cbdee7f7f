// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

// What a resource is called, and what others get that refer to it.
extension Template {
    /// The longest names that a type may have; those of others are cut at 128.
    private static let limits = [
        "AWS::CodePipeline::Pipeline": 100, "AWS::S3::Bucket": 63, "AWS::Events::Rule": 64,
        "AWS::ElasticBeanstalk::Environment": 40, "AWS::IAM::Role": 64, "AWS::Lambda::Function": 64,
    ]

    /// A resource that is made; nil for one that is not.
    func resource(_ logicalID: String) -> Resource? {
        if case .some(.some(let resource)) = resources[logicalID] { resource } else { nil }
    }

    /// The name of a resource, as its properties give it or as CloudFormation would make one; nil where it is not known.
    mutating func name(of logicalID: String) -> String? {
        switch names[logicalID] {
        case .known(let name): return name
        case .evaluating:
            // The circle is told of where references are checked.
            names[logicalID] = .known(nil)
            return nil
        case nil: break
        }
        guard let resource = resource(logicalID) else { return nil }
        names[logicalID] = .evaluating
        var name: String? = generatedName(resource)
        if let key = resource.kind.nameKey, let node = resource.properties[key] {
            if let value = evaluate(node, resource.path.key(key)) {
                name = value.isUnknown ? nil : dynamic(value, resource.path.key(key)).scalarText
            }
        }
        if case .known = names[logicalID] { return nil }
        names[logicalID] = .known(name)
        return name
    }

    private func generatedName(_ resource: Resource) -> String {
        let suffix = StableHash.suffix("\(stackName)/\(resource.logicalID)")
        let limit = Self.limits[resource.type] ?? 128
        let room = limit - suffix.count - 2
        let stack = stackName.prefix(room / 2)
        let full = "\(stack)-\(resource.logicalID.prefix(room - stack.count))-\(suffix)"
        return resource.type == "AWS::S3::Bucket" ? full.lowercased() : full
    }

    private mutating func arn(of resource: Resource, _ name: String) -> String {
        guard let pattern = resource.kind.arn else {
            return "arn:aws:cloudformation:\(context.region):\(context.account):\(resource.type)/\(name)"
        }
        let parts = pattern.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return name }
        let place =
            switch parts[1] {
            case "-": ":"
            case "a": ":\(context.account)"
            default: "\(context.region):\(context.account)"
            }
        let isPath = resource.type == "AWS::SSM::Parameter" && name.hasPrefix("/")
        return "arn:aws:\(parts[0]):\(place):\(isPath ? String(parts[2].dropLast()) : String(parts[2]))\(name)"
    }

    /// What `Ref` gives for a resource; nil where it is not known.
    mutating func referenceText(_ logicalID: String) -> String? {
        guard let resource = resource(logicalID), let name = name(of: logicalID) else { return nil }
        switch resource.kind.reference {
        case .name: return name
        case .arn: return arn(of: resource, name)
        case .identifier: return StableHash.identifier("\(resource.type)/\(name)")
        }
    }

    /// What `Fn::GetAtt` gives; nil where it is not known.
    mutating func attributeText(
        _ logicalID: String,
        _ attribute: String,
        _ path: TreePath,
        at place: Node.Place
    ) -> String? {
        guard let resource = resource(logicalID) else { return nil }
        if let known = resource.kind.attributes, !known.contains(attribute) {
            error(
                "a resource of the type \(resource.type) has no attribute `\(attribute)`",
                path,
                at: place,
                hint: Suggestion.hint(for: attribute, among: known)
                    ?? (known.isEmpty ? nil : "it has " + known.map { "`\($0)`" }.joined(separator: ", "))
            )
            return nil
        }
        guard let name = name(of: logicalID) else { return nil }
        switch (resource.type, attribute) {
        case ("AWS::CodePipeline::Pipeline", "Version"): return "1"
        case ("AWS::CodeCommit::Repository", "CloneUrlHttp"):
            return "https://git-codecommit.\(context.region).amazonaws.com/v1/repos/\(name)"
        case ("AWS::CodeCommit::Repository", "CloneUrlSsh"):
            return "ssh://git-codecommit.\(context.region).amazonaws.com/v1/repos/\(name)"
        case ("AWS::CodeCommit::Repository", "RepositoryId"): return referenceText(logicalID)
        case ("AWS::S3::Bucket", "DomainName"): return "\(name).s3.amazonaws.com"
        case ("AWS::S3::Bucket", "RegionalDomainName"): return "\(name).s3.\(context.region).amazonaws.com"
        case ("AWS::S3::Bucket", "DualStackDomainName"):
            return "\(name).s3.dualstack.\(context.region).amazonaws.com"
        case ("AWS::S3::Bucket", "WebsiteURL"): return "http://\(name).s3-website-\(context.region).amazonaws.com"
        case ("AWS::SSM::Parameter", "Type"), ("AWS::SSM::Parameter", "Value"):
            let properties = properties(of: resource)
            return properties[attribute]?.scalarText
        case ("AWS::ElasticBeanstalk::Environment", "EndpointURL"): return "\(name).localhost"
        case ("AWS::ECR::Repository", "RepositoryUri"):
            return "\(context.account).dkr.ecr.\(context.region).amazonaws.com/\(name)"
        default: break
        }
        if attribute.hasSuffix("Arn") || attribute == "ARN" { return arn(of: resource, name) }
        if attribute.hasSuffix("Name") || attribute == "Id" { return name }
        return "\(name).\(attribute)"
    }

    /// The properties of a resource with all functions carried out.
    mutating func properties(of resource: Resource) -> Node {
        if let node = evaluated[resource.logicalID] { return node }
        // A property that refers to itself finds this.
        evaluated[resource.logicalID] = Node(.unknown, at: resource.place)
        let value = evaluate(resource.properties, resource.path) ?? Node(.map([]), at: resource.place)
        let node = dynamic(value, resource.path)
        evaluated[resource.logicalID] = node
        return node
    }

    // MARK: - Dynamic references

    /// The value with each `{{resolve:…}}` resolved, but for those that nothing here reads.
    mutating func dynamic(_ node: Node, _ path: TreePath) -> Node {
        switch node.content {
        case .text(let text):
            // An alias may stand for one long text again and again.
            guard produce(text.utf8.count, at: node.place) else { return node }
            guard text.contains("{{resolve:") else { return node }
            guard let resolved = resolve(text, path, at: node.place) else { return Node(.unknown, at: node.place) }
            return Node(.text(resolved), at: node.place, indentation: node.indentation)
        case .list(let items):
            return Node(.list(items.enumerated().map { dynamic($0.element, path.index($0.offset)) }), at: node.place)
        case .map(let entries):
            // CodeBuild resolves these itself.
            if let type = node["Type"]?.scalarText, type == "SECRETS_MANAGER" || type == "PARAMETER_STORE" {
                return node
            }
            let resolved = entries.map { entry in
                // A token of GitHub is not used.
                entry.name == "OAuthToken"
                    ? entry
                    : Node.Entry(
                        name: entry.name,
                        place: entry.place,
                        value: dynamic(entry.value, path.key(entry.name))
                    )
            }
            return Node(.map(resolved), at: node.place)
        default: return node
        }
    }

    private mutating func resolve(_ text: String, _ path: TreePath, at place: Node.Place) -> String? {
        var result = ""
        var rest = text[...]
        let opening = "{{resolve:"
        while let start = rest.firstIndex(of: "{") {
            guard rest[start...].hasPrefix(opening), let end = rest[start...].firstIndex(of: "}"),
                rest[end...].hasPrefix("}}")
            else {
                result += rest[...start]
                rest = rest[rest.index(after: start)...]
                continue
            }
            result += rest[..<start]
            let reference = rest[rest.index(start, offsetBy: opening.count)..<end]
            guard let value = resolve(reference: reference, path, at: place) else { return nil }
            result += value
            rest = rest[rest.index(end, offsetBy: 2)...]
        }
        return result + rest
    }

    private mutating func resolve(reference: Substring, _ path: TreePath, at place: Node.Place) -> String? {
        let parts = reference.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.count == 2 ? String(parts[1]) : ""
        let value: String?
        let hint: String
        switch parts.first {
        case "ssm", "ssm-secure":
            value = context.parameter(name)
            hint = "store it: `nacre parameter put \(name.prefix { $0 != ":" }) VALUE`"
        case "secretsmanager":
            value = context.secret(name)
            hint = "store it with `nacre secret set`"
        default:
            error(
                "there is no store `\(parts.first ?? "")` of dynamic references",
                path,
                at: place,
                hint: "write `ssm`, `ssm-secure` or `secretsmanager`"
            )
            return nil
        }
        if let value { return value }
        if context.missing == .isPlaceholder { return "{{resolve:\(reference)}}" }
        error("`{{resolve:\(reference)}}` refers to a value that is not there", path, at: place, hint: hint)
        return nil
    }
}
