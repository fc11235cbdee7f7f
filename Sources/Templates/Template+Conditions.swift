// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

// Conditions: each is found out once, when it is first asked for.
extension Template {
    mutating func readConditions() {
        for entry in entries("Conditions") { conditions[entry.name] = entry.value }
        for entry in entries("Conditions") { _ = condition(entry.name) }
    }

    /// Whether a condition holds; nil, with a problem of its own, where that cannot be said.
    mutating func condition(_ name: String) -> Bool? {
        switch conditionValues[name] {
        case .known(let value): return value
        case .evaluating:
            conditionValues[name] = .known(nil)
            if let node = conditions[name] {
                error("the condition refers to itself", TreePath("Conditions").key(name), at: node.place)
            }
            return nil
        case nil: break
        }
        guard let node = conditions[name] else { return nil }
        conditionValues[name] = .evaluating
        let value = holds(node, TreePath("Conditions").key(name))
        if case .known = conditionValues[name] { return nil }
        conditionValues[name] = .known(value)
        return value
    }

    /// Whether a condition of a name that somebody wrote holds; nil, with a problem, for one that is not there.
    mutating func condition(_ node: Node, _ path: TreePath) -> Bool? {
        guard let name = node.nameText else {
            if !node.isUnknown { error("this must be the name of a condition, not \(node.kind)", path, at: node.place) }
            return nil
        }
        guard conditions[name] != nil else {
            error(
                "there is no condition `\(name)`",
                path,
                at: node.place,
                hint: hint(for: name, among: conditions.keys)
            )
            return nil
        }
        return condition(name)
    }

    private mutating func holds(_ node: Node, _ path: TreePath) -> Bool? {
        guard enter(node, path) else { return nil }
        defer { depth -= 1 }
        guard let entries = node.entries, entries.count == 1 else {
            if let text = node.scalarText?.lowercased(), text == "true" || text == "false" { return text == "true" }
            error("a condition is a function such as Fn::Equals, not \(node.kind)", path, at: node.place)
            return nil
        }
        let name = entries[0].name
        let argument = entries[0].value
        let path = path.key(name)
        switch name {
        case "Condition": return condition(argument, path)
        case "Fn::Equals":
            guard let items = argument.items, items.count == 2 else {
                error("Fn::Equals takes a list of two values", path, at: argument.place)
                return nil
            }
            guard let left = value(items[0], path.index(0)), let right = value(items[1], path.index(1)) else {
                return nil
            }
            return left == right
        case "Fn::Not":
            guard let items = argument.items, items.count == 1 else {
                error("Fn::Not takes a list of one condition", path, at: argument.place)
                return nil
            }
            return holds(items[0], path.index(0)).map { !$0 }
        case "Fn::And", "Fn::Or":
            guard let items = argument.items, (2...10).contains(items.count) else {
                error("\(name) takes a list of 2 to 10 conditions", path, at: argument.place)
                return nil
            }
            var values: [Bool] = []
            for (index, item) in items.enumerated() {
                guard let value = holds(item, path.index(index)) else { return nil }
                values.append(value)
            }
            return name == "Fn::And" ? values.allSatisfy { $0 } : values.contains(true)
        default:
            error(
                "`\(name)` is no function of conditions",
                path,
                at: entries[0].place,
                hint: Suggestion.hint(
                    for: name,
                    among: ["Fn::Equals", "Fn::Not", "Fn::And", "Fn::Or", "Condition"]
                )
            )
            return nil
        }
    }

    /// What Fn::Equals compares: a text, or a list of texts.
    private mutating func value(_ node: Node, _ path: TreePath) -> [String]? {
        guard let value = evaluate(node, path, isCondition: true) else { return [] }
        if value.isUnknown { return nil }
        if let text = value.scalarText { return [text] }
        if let items = value.items { return ["list"] + items.map { $0.scalarText ?? "" } }
        if case .null = value.content { return [""] }
        error("Fn::Equals compares texts, not \(value.kind)", path, at: node.place)
        return nil
    }

    /// Goes one level deeper; false, with a problem, where that is too deep.
    mutating func enter(_ node: Node, _ path: TreePath) -> Bool {
        guard depth < Self.limitDepth else {
            problems.error("functions and names refer to each other too deep here", at: node.place)
            return false
        }
        depth += 1
        return true
    }
}
