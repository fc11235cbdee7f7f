// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

// Parameters: declarations, given values and their checks. Mappings, which need none.
extension Template {
    private static let attributes = [
        "Type", "Default", "AllowedValues", "AllowedPattern", "ConstraintDescription", "Description", "MaxLength",
        "MinLength", "MaxValue", "MinValue", "NoEcho",
    ]
    private static let types = [
        "String", "Number", "List<Number>", "List<String>", "CommaDelimitedList", "AWS::SSM::Parameter::Name",
    ]
    private static let stored = "AWS::SSM::Parameter::Value<"
    /// CloudFormation's own limit of a value, in bytes
    /// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html).
    private static let limitValue = 4_096

    mutating func readParameters(_ given: [String: String]) {
        let declared = entries("Parameters")
        for entry in declared {
            let path = TreePath("Parameters").key(entry.name)
            parameters[entry.name] = parameter(entry, given[entry.name], path)
        }
        for name in given.keys.sorted() where parameters[name] == nil {
            problems.error(
                "the template has no parameter `\(name)` (Parameters: [\(name)] do not exist in the template)",
                at: root.entry("Parameters")?.place ?? root.place,
                hint: hint(for: name, among: declared.map(\.name))
            )
        }
    }

    private mutating func parameter(_ entry: Node.Entry, _ given: String?, _ path: TreePath) -> Node {
        let unknown = Node(.unknown, at: entry.place)
        guard let attributes = entry.value.entries else {
            error("a parameter is a mapping with its `Type`, not \(entry.value.kind)", path, at: entry.value.place)
            return unknown
        }
        for attribute in attributes where !Self.attributes.contains(attribute.name) {
            error(
                "a parameter has no attribute `\(attribute.name)`",
                path,
                at: attribute.place,
                hint: Suggestion.hint(for: attribute.name, among: Self.attributes)
            )
        }
        guard let typeNode = entry.value["Type"], let type = typeNode.scalarText else {
            error("the parameter has no `Type`", path, at: entry.place, hint: "write `Type: String`")
            return unknown
        }
        guard isKnown(type) else {
            error(
                "there is no type `\(type)` of parameters",
                path,
                at: typeNode.place,
                hint: Suggestion.hint(for: type, among: Self.types)
            )
            return unknown
        }
        let value: String
        if let given {
            value = given
        } else if let standard = entry.value["Default"] {
            guard let text = defaultText(standard) else {
                error("the default must be a text, not \(standard.kind)", path.key("Default"), at: standard.place)
                return unknown
            }
            value = text
        } else if isEmptyDefault(entry.value) {
            value = ""
        } else if context.missing == .isPlaceholder {
            return placeholder(entry, type)
        } else {
            error(
                "the parameter has no value (Parameters: [\(entry.name)] must have values)",
                path,
                at: entry.place,
                hint: "give it with `--parameter \(entry.name)=VALUE`"
            )
            return unknown
        }
        guard value.utf8.count <= Self.limitValue else {
            error("the value is longer than \(Self.limitValue) bytes", path, at: entry.place)
            return unknown
        }
        return checked(value, type, entry, path) ?? unknown
    }

    /// A list in the file is what CloudFormation would take as a text with commas.
    private func defaultText(_ node: Node) -> String? {
        node.scalarText ?? node.items.map { $0.compactMap(\.scalarText).joined(separator: ",") }
    }

    /// `Default:` with nothing behind it.
    private func isEmptyDefault(_ node: Node) -> Bool {
        if let entry = node.entry("Default"), case .null = entry.value.content { true } else { false }
    }

    private func isKnown(_ type: String) -> Bool {
        if Self.types.contains(type) || (type.hasPrefix(Self.stored) && type.hasSuffix(">")) { return true }
        return type.hasPrefix("AWS::") || type.hasPrefix("List<AWS::")
    }

    private func isList(_ type: String) -> Bool { type == "CommaDelimitedList" || type.hasPrefix("List<") }

    /// Something that can stand for a value that is not known.
    private func placeholder(_ entry: Node.Entry, _ type: String) -> Node {
        if let first = entry.value["AllowedValues"]?.items?.first?.scalarText {
            return Node(.text(first), at: entry.place)
        }
        if type == "Number" { return Node(.text(entry.value["MinValue"]?.scalarText ?? "1"), at: entry.place) }
        let text = Node(.text(entry.name), at: entry.place)
        let inner = type.hasPrefix(Self.stored) ? String(type.dropFirst(Self.stored.count).dropLast()) : type
        return isList(inner) ? Node(.list([text]), at: entry.place) : text
    }

    // MARK: - Checks

    private mutating func checked(_ value: String, _ type: String, _ entry: Node.Entry, _ path: TreePath) -> Node? {
        func node(_ value: String, _ type: String) -> Node {
            guard isList(type) else { return Node(.text(value), at: entry.place) }
            let items = value.split(separator: ",", omittingEmptySubsequences: true)
            return Node(.list(items.map { Node(.text(trimmed($0)), at: entry.place) }), at: entry.place)
        }
        let result = node(value, type)
        let single = result.items == nil ? [value] : (result.items ?? []).compactMap(\.scalarText)
        guard check(single, type, entry, path) else { return nil }
        guard type.hasPrefix(Self.stored) else { return result }

        let inner = String(type.dropFirst(Self.stored.count).dropLast())
        if let stored = stored(value) { return node(stored, inner) }
        if context.missing == .isPlaceholder { return placeholder(entry, type) }
        error(
            "there is no parameter `\(value)` in the Parameter Store, from which `\(entry.name)` is taken",
            path,
            at: entry.place,
            hint: "store it: `nacre parameter put \(value) VALUE`"
        )
        return nil
    }

    /// A value of the store; some that AWS has in each account are made up.
    private func stored(_ name: String) -> String? {
        if let value = context.parameter(name) { return value }
        if name.hasPrefix("/cdk-bootstrap/"), name.hasSuffix("/version") { return "21" }
        return name.hasPrefix("/aws/service/") ? name : nil
    }

    private func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }

    private mutating func check(_ values: [String], _ type: String, _ entry: Node.Entry, _ path: TreePath) -> Bool {
        let node = entry.value
        let isSecret = node["NoEcho"]?.scalarText?.lowercased() == "true"
        func bound(_ key: String) -> Double? { node[key]?.scalarText.flatMap(Double.init) }
        let allowed = node["AllowedValues"]?.items?.compactMap(\.scalarText)
        let known = Set(allowed ?? [])
        let pattern = node["AllowedPattern"]?.scalarText
        for value in values {
            let shown = isSecret ? "the value" : "`\(value.prefix(60))`"
            var complaint: String?
            var hint: String?
            if type == "Number" || type == "List<Number>" {
                if let number = Double(value) {
                    if let least = bound("MinValue"), number < least { complaint = "is less than the MinValue" }
                    if let most = bound("MaxValue"), number > most { complaint = "is more than the MaxValue" }
                } else {
                    complaint = "is no number"
                }
            }
            let count = Double(value.unicodeScalars.count)
            if let least = bound("MinLength"), count < least { complaint = "is shorter than the MinLength" }
            if let most = bound("MaxLength"), count > most { complaint = "is longer than the MaxLength" }
            if let allowed, !known.contains(value) {
                complaint = "is not one of the AllowedValues"
                hint = isSecret ? nil : self.hint(for: value, among: allowed)
                hint = hint ?? "it is one of " + allowed.prefix(20).map { "`\($0)`" }.joined(separator: ", ")
            }
            if let pattern, complaint == nil {
                switch ValuePattern.match(value, pattern) {
                case .matches: break
                case .differs: complaint = "does not match the pattern `\(pattern)`"
                case .cannotTell:
                    problems.warn(
                        "\(path): the pattern `\(pattern)` cannot be checked here",
                        at: node["AllowedPattern"]?.place ?? entry.place
                    )
                }
            }
            guard let complaint else { continue }
            let reason = node["ConstraintDescription"]?.scalarText.map { ": \($0)" } ?? ""
            error("\(shown) \(complaint) of the parameter `\(entry.name)`\(reason)", path, at: entry.place, hint: hint)
            return false
        }
        return true
    }

    // MARK: - Mappings

    mutating func readMappings() {
        for entry in entries("Mappings") {
            guard let tops = entry.value.entries else {
                problems.error(
                    "Mappings.\(entry.name): this must be a mapping, not \(entry.value.kind)",
                    at: entry.place
                )
                continue
            }
            for top in tops where top.value.entries == nil {
                problems.error(
                    "Mappings.\(entry.name).\(top.name): this must be a mapping, not \(top.value.kind)",
                    at: top.place
                )
            }
            let values = tops.map { top in
                let inner = (top.value.entries ?? []).map { ($0.name, $0.value) }
                return (top.name, Dictionary(inner) { first, _ in first })
            }
            mappings[entry.name] = Mapping(node: entry.value, values: Dictionary(values) { first, _ in first })
        }
    }
}
