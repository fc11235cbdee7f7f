// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import JSON

/// A value of a file, YAML or JSON, with its place; also what a template's functions make of it.
struct Node: Sendable {
    /// What it is.
    indirect enum Content: Sendable {
        case null
        case bool(Bool)
        /// As it is written, such as `3.10` and `012`.
        case number(String)
        case text(String)
        case list([Node])
        /// In the order of the file, with no key twice.
        case map([Entry])
        /// What it is could not be found out, and a problem says why.
        case unknown
    }

    /// A key and its value.
    struct Entry: Sendable {
        let name: String
        let place: Place
        let value: Node
    }

    /// A part of one line of the file.
    struct Place: Sendable {
        let location: SourceLocation
        let length: Int
    }

    let content: Content
    let place: Place
    /// What stands before each line of a text that is a block of the file, in columns; nil for any other value.
    var indentation: Int?
    /// How a boolean is written, such as `Yes`, which may also be a name.
    var word: String?

    init(_ content: Content, at place: Place, indentation: Int? = nil) {
        self.content = content
        self.place = place
        self.indentation = indentation
    }

    /// The value of a key; nil for what is no map, and where the key or its value is missing.
    subscript(key: String) -> Node? {
        guard let value = entry(key)?.value else { return nil }
        if case .null = value.content { return nil }
        return value
    }

    func entry(_ key: String) -> Entry? {
        entries?.first { $0.name == key }
    }

    var entries: [Entry]? {
        if case .map(let entries) = content { entries } else { nil }
    }

    var items: [Node]? {
        if case .list(let items) = content { items } else { nil }
    }

    var isNull: Bool {
        if case .null = content { true } else { false }
    }

    var isUnknown: Bool {
        if case .unknown = content { true } else { false }
    }

    /// The text of a scalar, as CloudFormation makes one of numbers and booleans; nil for what is none.
    var scalarText: String? {
        switch content {
        case .text(let text), .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .null, .list, .map, .unknown: nil
        }
    }

    /// The text of a scalar that is a name, as it is written.
    var nameText: String? { word ?? scalarText }

    /// What it is, for a message.
    var kind: String {
        switch content {
        case .null: "empty"
        case .bool, .number, .text: "`\((scalarText ?? "").prefix(60))`"
        case .list: "a list"
        case .map(let entries):
            if entries.count == 1, entries[0].name == "Ref" || entries[0].name.hasPrefix("Fn::") {
                "the function \(entries[0].name)"
            } else {
                "a mapping"
            }
        case .unknown: "not known"
        }
    }

    /// The value as JSON, keys as they are; numbers that JSON cannot have become texts.
    var json: JSONValue {
        switch content {
        case .null, .unknown: .null
        case .bool(let flag): .bool(flag)
        case .number(let text): Self.isJSONNumber(text) ? .number(text) : .string(text)
        case .text(let text): .string(text)
        case .list(let items): .array(items.map(\.json))
        case .map(let entries):
            .object(Dictionary(entries.map { ($0.name, $0.value.json) }, uniquingKeysWith: { first, _ in first }))
        }
    }

    private static func isJSONNumber(_ text: String) -> Bool {
        if case .number(let number) = try? JSONText.parse(Array(text.utf8)) { number == text } else { false }
    }
}
