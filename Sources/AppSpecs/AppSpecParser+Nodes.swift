// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAML

/// Nodes to values: mappings with known keys, lists, texts.
extension AppSpecParser {
    /// Reads a mapping; unknown keys are errors, as in CodeDeploy, and keys without a value are absent.
    ///
    /// * `others`: further keys that the caller looks at.
    mutating func fields(
        _ node: YAMLNode,
        _ what: String,
        known: [String],
        others: [String] = []
    ) -> [String: YAMLNode]? {
        guard case .mapping(let entries) = node.content else {
            error("\(what) must be a mapping of keys to values", at: node)
            return nil
        }
        var result: [String: YAMLNode] = [:]
        var seen: Set<String> = []
        for entry in entries {
            let name = entry.key.scalar?.text ?? ""
            guard known.contains(name) || others.contains(name) else {
                let hint =
                    Suggestion.hint(for: name, among: known)
                    ?? "known keys: " + known.map { "`\($0)`" }.joined(separator: ", ")
                error("unknown key `\(name)` in \(what)", at: entry.key, hint: hint)
                continue
            }
            if !seen.insert(name).inserted { error("`\(name)` is already in \(what)", at: entry.key) }
            if !entry.value.isNull { result[name] = entry.value }
        }
        return result
    }

    /// A text that must be there.
    mutating func required(
        _ key: String,
        of fields: [String: YAMLNode],
        _ node: YAMLNode,
        _ what: String
    ) -> Located<String>? {
        guard let value = fields[key] else {
            error("`\(key)` is missing in \(what)", at: node)
            return nil
        }
        return text(value, key)
    }

    mutating func text(_ node: YAMLNode, _ key: String) -> Located<String>? {
        guard let scalar = node.scalar, !scalar.text.isEmpty, !scalar.text.utf8.contains(0) else {
            error("`\(key)` must be a text", at: node)
            return nil
        }
        return Located(scalar.text, at: node.location)
    }

    /// A list of texts; one alone is a list of one.
    mutating func texts(_ node: YAMLNode, _ key: String) -> [Located<String>] {
        guard case .sequence(let nodes) = node.content else { return text(node, key).map { [$0] } ?? [] }
        return nodes.compactMap { text($0, key) }
    }

    /// The items of a list; none where nothing is written.
    mutating func items(_ node: YAMLNode, _ key: String) -> [YAMLNode] {
        if node.isNull { return [] }
        guard case .sequence(let nodes) = node.content else {
            error("`\(key)` must be a list", at: node, hint: "put `- ` before each item")
            return []
        }
        return nodes
    }

    mutating func error(_ message: String, at node: YAMLNode, hint: String? = nil) {
        diagnostics.append(Diagnostic(.error, message, at: node.location, length: node.length, hint: hint))
    }

    mutating func warn(_ message: String, at node: YAMLNode) {
        diagnostics.append(Diagnostic(.warning, message, at: node.location, length: node.length))
    }
}
