// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAML

// Nodes to values: texts, lists of texts, flags, mappings with known keys and mappings of names.
extension BuildspecParser {
    /// One key of a mapping and its value; keys are unique.
    struct Entry {
        let name: String
        let key: YAMLNode
        let value: YAMLNode
    }

    /// The known keys that a mapping holds.
    struct Fields {
        fileprivate var entries: [Entry] = []
        /// Whether the mapping holds keys that the grammar does not know.
        fileprivate(set) var hasUnknown = false

        /// The value; nil where the key is absent or has no value, which are the same to CodeBuild.
        subscript(name: String) -> YAMLNode? {
            entry(name).flatMap { $0.value.isNull ? nil : $0.value }
        }

        /// The key and its value, which may be null.
        func entry(_ name: String) -> Entry? { entries.first { $0.name == name } }
    }

    /// Where keys belong that are often found elsewhere.
    private static let owners = [
        "commands": "a phase", "finally": "a phase", "on-failure": "a phase", "runtime-versions": "`install`",
        "variables": "`env`", "parameter-store": "`env`", "secrets-manager": "`env`", "exported-variables": "`env`",
        "shell": "`env`", "secondary-artifacts": "`artifacts`", "files": "`artifacts`", "base-directory": "`artifacts`",
        "discard-paths": "`artifacts`", "paths": "`cache`", "build-list": "`batch`", "build-graph": "`batch`",
        "build-matrix": "`batch`", "build-fanout": "`batch`", "file-format": "a report group",
    ]

    /// Unknown keys of one mapping behind this one are not compared with the known ones.
    private static let limitCompared = 50

    // MARK: - Mappings

    /// Reads a mapping whose keys the grammar names.
    ///
    /// Unknown keys are warned of: CodeBuild ignores them, and buildspecs that work have them, AWS's own samples among them.
    /// - Parameters:
    ///   - node: the mapping.
    ///   - what: what it is, for messages.
    ///   - known: the keys of the grammar.
    ///   - vital: those of them without which the mapping means nothing; one of these, misspelt and so missing, is an error.
    ///   - isTop: whether the mapping is the whole file.
    /// - Returns: nil, with an error, for anything but a mapping.
    mutating func fields(
        _ node: YAMLNode,
        _ what: String,
        known: [String],
        vital: [String] = [],
        isTop: Bool = false
    ) -> Fields? {
        guard let entries = entries(node, what) else { return nil }
        var result = Fields()
        var unknown: [Entry] = []
        for entry in entries {
            if known.contains(entry.name) { result.entries.append(entry) } else { unknown.append(entry) }
        }
        result.hasUnknown = !unknown.isEmpty
        for (index, entry) in unknown.enumerated() {
            if isTop {
                unknownTopKey(entry)
            } else if !vital.isEmpty, index < Self.limitCompared,
                let meant = Suggestion.nearest(to: entry.name, among: known),
                vital.contains(meant), result.entry(meant) == nil
            {
                error("unknown key `\(entry.name)` in \(what)", at: entry.key, hint: "did you mean `\(meant)`?")
            } else {
                let hint = isFullOfWarnings ? nil : hint(forUnknown: entry.name, in: what, known: known)
                warn("unknown key `\(entry.name)` in \(what) is ignored", at: entry.key, hint: hint)
            }
        }
        return result
    }

    private func hint(forUnknown name: String, in what: String, known: [String]) -> String {
        if let hint = Suggestion.hint(for: name, among: known) ?? misplacement(name, in: what) { return hint }
        if Self.topKeys.contains(name) { return "`\(name)` belongs at the top of the file: check its indentation" }
        return "known keys: " + known.map { "`\($0)`" }.joined(separator: ", ")
    }

    /// Where a key belongs that is right elsewhere, or what is wrong with it that cannot be seen.
    private func misplacement(_ name: String, in what: String = "") -> String? {
        if PhaseName(rawValue: name) != nil { return "a phase goes under `phases`: check its indentation" }
        if let owner = Self.owners[name], owner != what {
            return "`\(name)` goes under \(owner): check its indentation"
        }
        if name.unicodeScalars.contains(where: CommandLint.isFalseSpace) {
            return "it holds a space that YAML does not take for one; write plain spaces"
        }
        return nil
    }

    private mutating func unknownTopKey(_ entry: Entry) {
        // Keys that only hold anchors for the rest of the file are common, and CodeBuild does not mind them.
        guard !entry.value.holdsAnchor, !entry.name.hasPrefix("x-") else { return }
        let hint =
            isFullOfWarnings
            ? nil : misplacement(entry.name) ?? Suggestion.hint(for: entry.name, among: Self.topKeys)
        warn("unknown key `\(entry.name)` is ignored", at: entry.key, hint: hint)
    }

    /// Reads a mapping with free names.
    /// - Returns: the entries in file order, the first of each name; nil, with an error, for anything but a mapping.
    mutating func entries(_ node: YAMLNode, _ what: String) -> [Entry]? {
        guard case .mapping(let pairs) = node.content else {
            error("\(what) must be a mapping of keys to values, not \(kind(node))", at: node)
            return nil
        }
        var result: [Entry] = []
        result.reserveCapacity(pairs.count)
        // A table for a large mapping only: most have a few keys.
        var indexes: [String: Int]? = pairs.count > 16 ? [:] : nil
        for pair in pairs {
            guard let name = pair.key.scalar?.text, !name.isEmpty else {
                error("a key in \(what) must be a text, not \(kind(pair.key))", at: pair.key)
                continue
            }
            if let first = indexes.map({ $0[name] }) ?? result.firstIndex(where: { $0.name == name }) {
                let line = result[first].key.location.line
                error(
                    "`\(name)` is already in \(what), at line \(line)",
                    at: pair.key,
                    hint: "keep one of them; of two equal keys one is lost"
                )
                continue
            }
            indexes?[name] = result.count
            result.append(Entry(name: name, key: pair.key, value: pair.value))
        }
        return result
    }

    // MARK: - Scalars

    /// Reads a text; an empty one is an error.
    mutating func text(_ node: YAMLNode, _ what: String) -> Located<String>? {
        guard let text = anyText(node, what) else { return nil }
        guard !text.isEmpty else {
            error("\(what) is empty", at: node)
            return nil
        }
        return Located(text, at: node.location)
    }

    /// Reads a text, which may be empty: null is.
    mutating func anyText(_ node: YAMLNode, _ what: String) -> String? {
        guard let scalar = node.scalar else {
            error("\(what) must be a text, not \(kind(node))", at: node)
            return nil
        }
        if node.isNull { return "" }
        guard !scalar.text.utf8.contains(0) else {
            error("\(what) holds a NUL character, which no process can be given", at: node)
            return nil
        }
        warnOfTag(node, scalar)
        return scalar.text
    }

    /// A tag, or an anchor for nothing, at the start of a text was mostly meant as text.
    private mutating func warnOfTag(_ node: YAMLNode, _ scalar: YAMLScalar) {
        if node.tag == nil, node.anchor == nil { return }
        let rest = scalar.text.prefix(40)
        if let tag = node.tag, !tag.hasPrefix("tag:yaml.org,2002:") {
            let hint = "quote the whole value if `!` belongs to it"
            warn("YAML drops the tag `\(tag)`; what is left is `\(rest)`", at: node, hint: hint)
        } else if let anchor = node.anchor, !isAliased(node) {
            let hint = "quote the whole value if `&` belongs to it"
            warn("YAML drops the anchor `&\(anchor)`; what is left is `\(rest)`", at: node, hint: hint)
        }
    }

    /// Reads `yes`, `no`, `true` or `false`, quoted or not, in any case.
    mutating func flag(_ node: YAMLNode, _ what: String) -> Bool? {
        switch node.scalar?.text.lowercased() {
        case "yes", "true", "on": return true
        case "no", "false", "off": return false
        default:
            error("\(what) must be `yes` or `no`, not \(kind(node))", at: node)
            return nil
        }
    }

    // MARK: - Lists

    /// Reads a list of texts; one text alone is a list of one, as it is to CodeBuild.
    mutating func texts(_ node: YAMLNode, _ what: String) -> [Located<String>] {
        switch node.content {
        case .scalar:
            return text(node, what).map { [$0] } ?? []
        case .sequence(let items):
            return items.compactMap { item in
                if item.isNull {
                    error("an item of \(what) is empty", at: item, hint: "remove the `-`, or quote the text")
                    return nil
                }
                return text(item, "an item of \(what)")
            }
        case .mapping:
            error("\(what) must be a list of texts, not a mapping", at: node, hint: "put `- ` before each item")
            return []
        }
    }

    /// What a value is, for a message.
    func kind(_ node: YAMLNode) -> String {
        switch node.content {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar(let scalar): node.isNull ? "empty" : "`\(scalar.text.prefix(60))`"
        }
    }
}
