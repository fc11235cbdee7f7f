// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import JSON

/// Makes values of the domain from a tree, and collects what is wrong with it; one extension for each kind.
struct TreeBuilder {
    /// A value of the tree and its path, in the API's words.
    struct Tree {
        let node: Node
        let path: String
    }

    /// The known keys that a map holds.
    struct Fields {
        let tree: Tree
        /// By the API's words.
        fileprivate(set) var entries: [String: Node.Entry] = [:]
        /// The first of the other keys.
        fileprivate(set) var others: [String] = []

        /// The value; nil where the key is absent or has no value.
        subscript(key: String) -> Tree? {
            guard let value = entries[key]?.value else { return nil }
            if case .null = value.content { return nil }
            return Tree(node: value, path: tree.path.isEmpty ? key : "\(tree.path).\(key)")
        }
    }

    /// What becomes of a key that is not known.
    enum Unknown {
        case refused
        /// Refused where it looks like a slip, otherwise told of.
        case warned
    }

    /// Unknown keys of one map behind this one are not compared with the known ones.
    private static let limitCompared = 50

    let keyCase: KeyCase
    /// What stands before each path in messages, such as `Resources.Pipeline.Properties`.
    let prefix: String
    var problems: Problems
    /// The paths of what could not be read.
    private(set) var refused: Set<String> = []

    init(keyCase: KeyCase, prefix: String = "", problems: Problems = Problems()) {
        self.keyCase = keyCase
        self.prefix = prefix
        self.problems = problems
    }

    // MARK: - Problems

    /// A path as the file writes it, from its top.
    func shown(_ path: String) -> String {
        let written = keyCase.written(path: path)
        if prefix.isEmpty { return written }
        return written.isEmpty ? prefix : "\(prefix).\(written)"
    }

    private func title(_ path: String, _ severity: Diagnostic.Severity) -> String {
        if problems.isFull(of: severity) { return "" }
        let shown = shown(path)
        return shown.isEmpty ? "" : "\(shown): "
    }

    mutating func error(_ message: String, at tree: Tree, hint: String? = nil) {
        refused.insert(tree.path)
        problems.error(title(tree.path, .error) + message, at: tree.node.place, hint: hint)
    }

    mutating func warn(_ message: String, at tree: Tree, hint: String? = nil) {
        problems.warn(title(tree.path, .warning) + message, at: tree.node.place, hint: hint)
    }

    private mutating func add(
        _ severity: Diagnostic.Severity,
        _ message: String,
        key: Node.Entry,
        in tree: Tree,
        hint: String?
    ) {
        let place = key.place
        let text = title(tree.path, severity) + message
        problems.add(Diagnostic(severity, text, at: place.location, length: place.length, hint: hint))
    }

    /// Whether something at a path, below or above it could not be read, so that nothing can be said of it.
    func isRefused(_ path: String) -> Bool {
        if refused.contains(path) { return true }
        return path.indices.contains { index in
            (path[index] == "." || path[index] == "[") && refused.contains(String(path[..<index]))
        }
    }

    // MARK: - Maps

    /// Reads a map whose keys are known; nil, with a problem, for anything else.
    mutating func fields(
        _ tree: Tree,
        _ what: String,
        known: [String],
        unknown: Unknown = .refused
    ) -> Fields? {
        guard let entries = tree.node.entries else {
            complain(tree, "\(what) must be a mapping")
            return nil
        }
        var result = Fields(tree: tree)
        var others: [Node.Entry] = []
        for entry in entries {
            let key = keyCase.canonical(entry.name)
            if known.contains(key), keyCase.written(key) == entry.name {
                result.entries[key] = entry
            } else {
                others.append(entry)
            }
        }
        if others.isEmpty { return result }
        result.others = others.prefix(Self.limitCompared).map(\.name)
        let names = known.map { keyCase.written($0) }
        for (index, entry) in others.enumerated() {
            self.unknown(entry, in: tree, what, known: names, unknown, isCompared: index < Self.limitCompared)
        }
        return result
    }

    private mutating func unknown(
        _ entry: Node.Entry,
        in tree: Tree,
        _ what: String,
        known names: [String],
        _ unknown: Unknown,
        isCompared: Bool
    ) {
        let hint = isCompared ? Suggestion.hint(for: entry.name, among: names) : nil
        if unknown == .warned, hint == nil {
            let message = "\(what) has the unknown key `\(entry.name)`, which is ignored"
            add(.warning, message, key: entry, in: tree, hint: nil)
        } else {
            let list = problems.isFull() ? nil : "known keys: " + names.map { "`\($0)`" }.joined(separator: ", ")
            add(.error, "\(what) has the unknown key `\(entry.name)`", key: entry, in: tree, hint: hint ?? list)
        }
    }

    /// The value of a key that must be there; nil, with a problem, where it is not.
    mutating func required(_ fields: Fields, _ key: String, of what: String) -> Tree? {
        if let tree = fields[key] { return tree }
        let path = fields.tree.path.isEmpty ? key : "\(fields.tree.path).\(key)"
        let missing = Tree(node: fields.tree.node, path: path)
        // A misspelt key is told of already.
        let written = keyCase.written(key)
        if Suggestion.nearest(to: written, among: fields.others) == nil {
            error("\(what) has no `\(written)`", at: missing)
        } else {
            refused.insert(path)
        }
        return nil
    }

    // MARK: - Values

    private mutating func complain(_ tree: Tree, _ message: String) {
        if tree.node.isUnknown {
            refused.insert(tree.path)
        } else {
            error("\(message), not \(tree.node.kind)", at: tree)
        }
    }

    /// Reads a text, or a number or boolean as one.
    mutating func text(_ tree: Tree?) -> String? {
        guard let tree else { return nil }
        if let text = tree.node.scalarText { return text }
        complain(tree, "this must be a text")
        return nil
    }

    mutating func requiredText(_ fields: Fields, _ key: String, of what: String) -> String {
        text(required(fields, key, of: what)) ?? ""
    }

    mutating func number(_ tree: Tree?) -> Int? {
        guard let tree else { return nil }
        if let text = tree.node.scalarText, let number = Int(text) ?? Double(text).flatMap({ Int(exactly: $0) }) {
            return number
        }
        complain(tree, "this must be a whole number")
        return nil
    }

    mutating func flag(_ tree: Tree?) -> Bool? {
        guard let tree else { return nil }
        switch tree.node.scalarText?.lowercased() {
        case "true": return true
        case "false": return false
        default:
            complain(tree, "this must be `true` or `false`")
            return nil
        }
    }

    mutating func items(_ tree: Tree?) -> [Tree] {
        guard let tree else { return [] }
        guard let items = tree.node.items else {
            complain(tree, "this must be a list")
            return []
        }
        return items.enumerated().map { Tree(node: $0.element, path: "\(tree.path)[\($0.offset)]") }
    }

    mutating func texts(_ tree: Tree?) -> [String] {
        items(tree).map { text($0) ?? "" }
    }

    /// Reads one of AWS's words.
    mutating func word<Word: RawRepresentable & CaseIterable>(_ tree: Tree?, _ type: Word.Type) -> Word?
    where Word.RawValue == String {
        guard let tree, let text = text(tree) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        error(
            "this cannot be `\(text.prefix(60))`",
            at: tree,
            hint: Suggestion.hint(for: text, among: words) ?? "it is one of " + words.joined(separator: ", ")
        )
        return nil
    }

    /// Reads a map of texts with free keys.
    mutating func textMap(_ tree: Tree?) -> [String: String] {
        guard let tree else { return [:] }
        guard let entries = tree.node.entries else {
            complain(tree, "this must be a mapping of keys to texts")
            return [:]
        }
        var result: [String: String] = [:]
        for entry in entries {
            let value = Tree(node: entry.value, path: "\(tree.path).\(entry.name)")
            if case .null = entry.value.content {
                error("the value is missing", at: Tree(node: Node(.null, at: entry.place), path: value.path))
            } else if let text = text(value) {
                result[entry.name] = text
            } else {
                // The key is there, whatever its value.
                result[entry.name] = ""
            }
        }
        return result
    }

    /// The value as the API has it.
    func json(_ node: Node) -> JSONValue {
        switch node.content {
        case .list(let items): .array(items.map(json))
        case .map(let entries):
            .object(
                Dictionary(
                    entries.map { (keyCase.canonical($0.name), json($0.value)) },
                    uniquingKeysWith: { first, _ in first }
                )
            )
        default: node.json
        }
    }
}
