// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

// What functions give. A problem is told of once, and its value is `unknown` from then on.
extension Template {
    private static let functions = [
        "Ref", "Fn::And", "Fn::Base64", "Fn::Cidr", "Fn::Equals", "Fn::FindInMap", "Fn::GetAtt", "Fn::GetAZs", "Fn::If",
        "Fn::ImportValue", "Fn::Join", "Fn::Length", "Fn::Not", "Fn::Or", "Fn::Select", "Fn::Split", "Fn::Sub",
        "Fn::ToJsonString", "Fn::Transform",
    ]
    static let pseudoParameters = [
        "AWS::AccountId", "AWS::NoValue", "AWS::NotificationARNs", "AWS::Partition", "AWS::Region", "AWS::StackId",
        "AWS::StackName", "AWS::URLSuffix",
    ]

    /// Carries out all functions of a value; a condition may not refer to resources, and `AWS::NoValue` gives nil.
    mutating func evaluate(_ node: Node, _ path: TreePath, isCondition: Bool = false) -> Node? {
        switch node.content {
        case .null, .bool, .number, .text, .unknown: return node
        case .list, .map: break
        }
        guard enter(node, path) else { return Node(.unknown, at: node.place) }
        defer { depth -= 1 }
        switch node.content {
        case .list(let items):
            var result: [Node] = []
            result.reserveCapacity(items.count)
            for (index, item) in items.enumerated() {
                if let value = evaluate(item, path.index(index), isCondition: isCondition) { result.append(value) }
            }
            return Node(.list(result), at: node.place)
        case .map(let entries):
            if let function = entries.first(where: { $0.name == "Ref" || $0.name.hasPrefix("Fn::") }) {
                guard entries.count == 1 else {
                    error("the function `\(function.name)` cannot stand beside other keys", path, at: function.place)
                    return Node(.unknown, at: node.place)
                }
                return call(function, at: node, path.key(function.name), isCondition: isCondition)
            }
            var result: [Node.Entry] = []
            result.reserveCapacity(entries.count)
            for entry in entries {
                if let value = evaluate(entry.value, path.key(entry.name), isCondition: isCondition) {
                    result.append(Node.Entry(name: entry.name, place: entry.place, value: value))
                }
            }
            return Node(.map(result), at: node.place)
        default: return node
        }
    }

    private mutating func call(
        _ function: Node.Entry,
        at node: Node,
        _ path: TreePath,
        isCondition: Bool
    ) -> Node? {
        let argument = function.value
        let unknown = Node(.unknown, at: node.place)
        switch function.name {
        case "Ref": return reference(argument, at: node, path, isCondition: isCondition)
        case "Fn::GetAtt": return attribute(argument, at: node, path, isCondition: isCondition)
        case "Fn::Sub": return substitute(argument, at: node, path, isCondition: isCondition)
        case "Fn::If":
            guard let items = argument.items, items.count == 3 else {
                error("Fn::If takes a condition and two values", path, at: argument.place)
                return unknown
            }
            guard let isTrue = condition(items[0], path.index(0)) else { return unknown }
            let index = isTrue ? 1 : 2
            return evaluate(items[index], path.index(index), isCondition: isCondition)
        case "Fn::Join", "Fn::Select", "Fn::Split", "Fn::FindInMap", "Fn::ImportValue", "Fn::Base64", "Fn::GetAZs",
            "Fn::Length", "Fn::ToJsonString":
            guard let value = evaluate(argument, path, isCondition: isCondition), !value.isUnknown else {
                return unknown
            }
            return compute(function.name, value, at: node, path)
        case "Fn::Equals", "Fn::Not", "Fn::And", "Fn::Or":
            error(
                "`\(function.name)` stands under `Conditions` only",
                path,
                at: function.place,
                hint: "name the condition in Fn::If"
            )
        case "Fn::Cidr", "Fn::Transform":
            error("`\(function.name)` is not carried out here", path, at: function.place)
        default:
            let hint =
                function.name.hasPrefix("Fn::ForEach")
                ? "loops are not carried out here: write the entries out"
                : Suggestion.hint(for: function.name, among: Self.functions)
            error("there is no function `\(function.name)`", path, at: function.place, hint: hint)
        }
        return unknown
    }

    // MARK: - References

    private mutating func reference(_ argument: Node, at node: Node, _ path: TreePath, isCondition: Bool) -> Node? {
        guard let name = argument.nameText else {
            if !argument.isUnknown { error("Ref takes a name, not \(argument.kind)", path, at: argument.place) }
            return Node(.unknown, at: node.place)
        }
        if name == "AWS::NoValue" { return nil }
        if name == "AWS::NotificationARNs" { return Node(.list([]), at: node.place) }
        if let text = pseudoParameter(name) { return Node(.text(text), at: node.place) }
        if let value = parameters[name] { return counted(value, at: node) }
        guard !isCondition else {
            error(
                "a condition may refer to parameters only, and there is no parameter `\(name)`",
                path,
                at: argument.place,
                hint: hint(for: name, among: parameters.keys)
            )
            return Node(.unknown, at: node.place)
        }
        // What is not there has been told of by then.
        return text(referenceText(name), at: node)
    }

    func pseudoParameter(_ name: String) -> String? {
        switch name {
        case "AWS::AccountId": context.account
        case "AWS::Partition": "aws"
        case "AWS::Region": context.region
        case "AWS::StackId":
            "arn:aws:cloudformation:\(context.region):\(context.account):stack/\(stackName)/"
                + StableHash.identifier("stack/\(stackName)")
        case "AWS::StackName": stackName
        case "AWS::URLSuffix": "amazonaws.com"
        default: nil
        }
    }

    /// The two parts of Fn::GetAtt's argument, a list or `A.B`.
    mutating func attributeParts(_ argument: Node, _ path: TreePath) -> (name: String, attribute: String)? {
        if let items = argument.items, items.count >= 2, let name = items[0].scalarText {
            // The attribute may be a function.
            var parts: [String] = []
            for (index, item) in items.dropFirst().enumerated() {
                guard let value = evaluate(item, path.index(index + 1)), let text = value.scalarText else { return nil }
                parts.append(text)
            }
            return (name, parts.joined(separator: "."))
        }
        if let text = argument.scalarText, let dot = text.firstIndex(of: ".") {
            return (String(text[..<dot]), String(text[text.index(after: dot)...]))
        }
        if !argument.isUnknown {
            error("Fn::GetAtt takes a resource and one of its attributes", path, at: argument.place)
        }
        return nil
    }

    private mutating func attribute(_ argument: Node, at node: Node, _ path: TreePath, isCondition: Bool) -> Node? {
        let unknown = Node(.unknown, at: node.place)
        guard !isCondition else {
            error("a condition cannot refer to resources", path, at: node.place)
            return unknown
        }
        guard let (name, attribute) = attributeParts(argument, path) else { return unknown }
        return text(attributeText(name, attribute, path, at: node.place), at: node)
    }

    // MARK: - Fn::Sub

    private mutating func substitute(_ argument: Node, at node: Node, _ path: TreePath, isCondition: Bool) -> Node {
        var template = argument
        var values: [String: Node] = [:]
        if let items = argument.items {
            guard items.count == 2, let entries = items[1].entries else {
                error("Fn::Sub takes a text, or a list of a text and a mapping", path, at: argument.place)
                return Node(.unknown, at: node.place)
            }
            template = items[0]
            for entry in entries {
                values[entry.name] = evaluate(entry.value, path.index(1).key(entry.name), isCondition: isCondition)
            }
        }
        guard let text = template.scalarText else {
            error("Fn::Sub takes a text, not \(template.kind)", path, at: template.place)
            return Node(.unknown, at: node.place)
        }
        var result = ""
        var isUnknown = false
        // A long text has the same names often.
        var pieces: [String: String?] = [:]
        for part in SubTemplate.parts(of: text) {
            switch part {
            case .text(let text): result += text
            case .bad(let name):
                error(
                    "`${\(name.prefix(60))}` is no name of Fn::Sub",
                    path,
                    at: template.place,
                    hint: "write `${!\(name.prefix(60))}` for the text itself"
                )
                isUnknown = true
            case .name(let name):
                let piece: String? =
                    pieces[name]
                    ?? substitution(name, values, at: template.place, path, isCondition: isCondition)
                pieces[name] = .some(piece)
                if let piece { result += piece } else { isUnknown = true }
            }
            if !mayProduce(result.utf8.count, at: node.place) { return Node(.unknown, at: node.place) }
        }
        guard !isUnknown, produce(result.utf8.count, at: node.place) else { return Node(.unknown, at: node.place) }
        // A block stays one, line by line, as long as nothing brings lines of its own.
        let lines = result.utf8.count { $0 == 0x0a }
        let isBlock = template.indentation != nil && lines == text.utf8.count { $0 == 0x0a }
        return Node(
            .text(result),
            at: isBlock ? template.place : node.place,
            indentation: isBlock ? template.indentation : nil
        )
    }

    private mutating func substitution(
        _ name: String,
        _ values: [String: Node],
        at place: Node.Place,
        _ path: TreePath,
        isCondition: Bool
    ) -> String? {
        let node = Node(.text(name), at: place)
        let value: Node?
        if let given = values[name] {
            value = given
        } else if parameters[name] != nil || pseudoParameter(name) != nil || !name.contains(".") {
            value = reference(node, at: node, path, isCondition: isCondition)
        } else {
            value = attribute(node, at: node, path, isCondition: isCondition)
        }
        guard let value else { return "" }
        if let text = value.scalarText { return text }
        if !value.isUnknown { error("`${\(name)}` must be a text, not \(value.kind)", path, at: place) }
        return nil
    }

    // MARK: - What functions may make

    /// A value that a function gives at a place; what is given is counted, as it may be given again and again.
    mutating func counted(_ value: Node, at node: Node) -> Node {
        guard mayProduce(0, at: node.place), produce(Self.weight(of: value), at: node.place) else {
            return Node(.unknown, at: node.place)
        }
        return Node(value.content, at: node.place)
    }

    private mutating func text(_ text: String?, at node: Node) -> Node {
        counted(Node(text.map { .text($0) } ?? .unknown, at: node.place), at: node)
    }

    private static func weight(of node: Node) -> Int {
        switch node.content {
        case .null, .bool, .unknown: 0
        case .number(let text), .text(let text): text.utf8.count
        case .list(let items): items.reduce(0) { $0 + weightOfElement + weight(of: $1) }
        case .map(let entries): entries.reduce(0) { $0 + weightOfElement + weight(of: $1.value) }
        }
    }

    /// Counts text that a function has made; false, with a problem, where it is too much.
    mutating func produce(_ bytes: Int, at place: Node.Place) -> Bool {
        guard mayProduce(bytes, at: place) else { return false }
        produced += bytes
        return true
    }

    private mutating func mayProduce(_ bytes: Int, at place: Node.Place) -> Bool {
        // It is told once.
        if produced > Self.limitProduced { return false }
        if produced + bytes <= Self.limitProduced { return true }
        produced = Self.limitProduced + 1
        problems.error("the template's functions make more than \(Self.limitProduced >> 20) MB of text", at: place)
        return false
    }
}
