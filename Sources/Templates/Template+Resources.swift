// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

// The section `Resources`: what each entry is, and what it refers to.
extension Template {
    private static let attributes = [
        "Type", "Properties", "DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy", "CreationPolicy",
        "UpdatePolicy", "Metadata", "Description",
    ]

    mutating func readResources() {
        for entry in entries("Resources") {
            let path = TreePath("Resources").key(entry.name)
            if entry.name.hasPrefix("Fn::") {
                error(
                    "loops and other functions are not carried out here: write the resources out",
                    path,
                    at: entry.place
                )
                continue
            }
            resources[entry.name] = .some(nil)
            if entry.value["Condition"] != nil { conditional.insert(entry.name) }
            guard let resource = resource(entry, path) else { continue }
            resources[entry.name] = resource
            present.append(entry.name)
        }
    }

    /// Reads an entry; nil, mostly with a problem, for one that is not to be made.
    private mutating func resource(_ entry: Node.Entry, _ path: TreePath) -> Resource? {
        if !entry.name.utf8.allSatisfy({ isAlphanumeric($0) }) || entry.name.isEmpty {
            error("the name of a resource is made of letters and digits", path, at: entry.place)
        }
        guard let attributes = entry.value.entries else {
            error("a resource is a mapping with its `Type`, not \(entry.value.kind)", path, at: entry.place)
            return nil
        }
        for attribute in attributes where !Self.attributes.contains(attribute.name) {
            let hint = Suggestion.hint(for: attribute.name, among: Self.attributes)
            let message = "\(path): a resource has no attribute `\(attribute.name)`"
            if hint != nil {
                problems.error(message, at: attribute.place, hint: hint)
            } else {
                problems.warn("\(message); it is ignored", at: attribute.place)
            }
        }
        guard let typeNode = entry.value["Type"], let type = typeNode.scalarText else {
            if entry.value.entry("Typ") == nil { error("the resource has no `Type`", path, at: entry.place) }
            return nil
        }
        guard let kind = kind(type, at: typeNode, path) else { return nil }
        if let condition = entry.value["Condition"], self.condition(condition, path.key("Condition")) == false {
            return nil
        }
        let properties = entry.value["Properties"] ?? Node(.map([]), at: entry.place)
        if properties.entries == nil {
            error("this must be a mapping, not \(properties.kind)", path.key("Properties"), at: properties.place)
            return nil
        }
        let dependsOn = entry.value["DependsOn"].map { $0.items ?? [$0] } ?? []
        return Resource(
            logicalID: entry.name,
            type: type,
            kind: kind,
            place: entry.place,
            path: path.key("Properties"),
            properties: properties,
            dependsOn: dependsOn
        )
    }

    private func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private mutating func kind(_ type: String, at node: Node, _ path: TreePath) -> ResourceType? {
        guard let kind = ResourceType.find(type) else {
            error(
                "there is no type `\(type)` of resources",
                path.key("Type"),
                at: node.place,
                hint: Suggestion.hint(for: type, among: ResourceType.applied)
            )
            return nil
        }
        guard case .unsupported = kind.treatment, let near = Suggestion.nearest(to: type, among: ResourceType.applied),
            near.split(separator: ":").dropLast() == type.split(separator: ":").dropLast()
        else { return kind }
        error(
            "there is no type `\(type)` of resources",
            path.key("Type"),
            at: node.place,
            hint: "did you mean `\(near)`?"
        )
        return nil
    }

    // MARK: - References

    /// Looks at all that resources and outputs refer to, whether it is used here or not.
    mutating func checkReferences() {
        for name in present {
            guard case .some(.some(let resource)) = resources[name] else { continue }
            walk(resource.properties, from: name, resource.path)
            for (index, node) in resource.dependsOn.enumerated() {
                let path = TreePath("Resources").key(name).key("DependsOn").index(index)
                guard let other = node.scalarText else { continue }
                if resources[other] == nil {
                    error(
                        "there is no resource `\(other)`",
                        path,
                        at: node.place,
                        hint: hint(for: other, among: resources.keys)
                    )
                } else {
                    edges[name, default: []].insert(other)
                }
            }
        }
        checkCycles()
    }

    mutating func walk(_ node: Node, from resource: String?, _ path: TreePath) {
        switch node.content {
        case .null, .bool, .number, .text, .unknown: break
        case .list(let items):
            for (index, item) in items.enumerated() { walk(item, from: resource, path.index(index)) }
        case .map(let entries):
            guard entries.count == 1, let function = entries.first else {
                for entry in entries { walk(entry.value, from: resource, path.key(entry.name)) }
                return
            }
            let path = path.key(function.name)
            let argument = function.value
            switch function.name {
            case "Ref":
                if let name = argument.scalarText {
                    note(name, from: resource, path, at: argument.place, isParameterAllowed: true)
                }
            case "Fn::GetAtt":
                // How it is written is told of when it is carried out; of others it is not needed.
                let name =
                    argument.items?.first?.scalarText
                    ?? argument.scalarText.map { String($0.prefix { $0 != "." }) }
                if let name { note(name, from: resource, path, at: argument.place, isParameterAllowed: false) }
            case "Fn::Sub": walkSub(argument, from: resource, path)
            case "Fn::If":
                guard let items = argument.items, items.count == 3 else { return }
                let value = condition(items[0], path.index(0))
                if value != false { walk(items[1], from: resource, path.index(1)) }
                if value != true { walk(items[2], from: resource, path.index(2)) }
            default: walk(argument, from: resource, path)
            }
        }
    }

    private mutating func walkSub(_ argument: Node, from resource: String?, _ path: TreePath) {
        var known: Set<String> = []
        if let items = argument.items, items.count == 2 {
            known = Set((items[1].entries ?? []).map(\.name))
            walk(items[1], from: resource, path.index(1))
        }
        guard let template = argument.items?.first ?? argument.items.map({ _ in argument }) ?? Optional(argument),
            let text = template.scalarText
        else { return }
        for case .name(let name) in SubTemplate.parts(of: text) where known.insert(name).inserted {
            let isAttribute = name.contains(".") && pseudoParameter(name) == nil
            let base = isAttribute ? String(name.prefix { $0 != "." }) : name
            note(base, from: resource, path, at: template.place, isParameterAllowed: !isAttribute)
        }
    }

    private mutating func note(
        _ name: String,
        from resource: String?,
        _ path: TreePath,
        at place: Node.Place,
        isParameterAllowed: Bool
    ) {
        if isParameterAllowed, parameters[name] != nil || Self.pseudoParameters.contains(name) { return }
        switch resources[name] {
        case .some(.some):
            if let resource { edges[resource, default: []].insert(name) }
        case .some(nil):
            // One that could not be read has a problem already.
            guard conditional.contains(name) else { return }
            error(
                "the resource `\(name)` is not made, as its condition does not hold"
                    + " (Unresolved resource dependencies [\(name)] in the Resources block of the template)",
                path,
                at: place,
                hint: "put it into Fn::If with the same condition"
            )
        case nil:
            var near = hint(for: name, among: resources.keys)
            if isParameterAllowed {
                near = near ?? hint(for: name, among: parameters.keys) ?? hint(for: name, among: Self.pseudoParameters)
            }
            error(
                "there is no \(isParameterAllowed ? "parameter or " : "")resource `\(name)`"
                    + " (Unresolved resource dependencies [\(name)] in the Resources block of the template)",
                path,
                at: place,
                hint: near
            )
        }
    }

    // MARK: - Cycles

    /// Tells of resources that wait for each other.
    private mutating func checkCycles() {
        for (name, others) in edges { for other in others { users[other, default: []].insert(name) } }
        // Whatever refers to nothing that is left can be made; whatever nothing refers to is in no circle.
        var left = Set(present)
        var needs: [String: Int] = [:]
        var uses: [String: Int] = [:]
        for name in present {
            needs[name] = (edges[name] ?? []).count(where: left.contains)
            uses[name] = (users[name] ?? []).count(where: left.contains)
        }
        var free = present.filter { needs[$0] == 0 || uses[$0] == 0 }
        while let name = free.popLast() {
            guard left.remove(name) != nil else { continue }
            for user in users[name] ?? [] {
                needs[user, default: 0] -= 1
                if needs[user] == 0 { free.append(user) }
            }
            for other in edges[name] ?? [] {
                uses[other, default: 0] -= 1
                if uses[other] == 0 { free.append(other) }
            }
        }
        let names = present.filter(left.contains)
        guard let first = names.first, case .some(.some(let resource)) = resources[first] else { return }
        let shown = names.prefix(20).joined(separator: ", ")
        problems.error(
            "Resources.\(first): the resources refer to each other in a circle"
                + " (Circular dependency between resources: [\(shown)])",
            at: resource.place
        )
    }
}
