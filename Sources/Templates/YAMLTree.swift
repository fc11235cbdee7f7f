// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAML

/// Makes a tree of values from YAML: short tags become functions, and plain words what YAML 1.1 takes them for.
///
/// Dates stay texts, and numbers as they are written: CloudFormation's own reader does so.
struct YAMLTree {
    /// The tags that stand for a function without `Fn::`.
    private static let bare = ["Ref", "Condition"]
    private static let functions = [
        "And", "Base64", "Cidr", "Equals", "FindInMap", "GetAtt", "GetAZs", "If", "ImportValue", "Join", "Length",
        "Not",
        "Or", "Select", "Split", "Sub", "ToJsonString", "Transform",
    ]

    private let bytes: [UInt8]
    /// Most files have no block whose columns are asked for.
    private lazy var source = SourceText(bytes)
    /// The columns before blocks that begin at a line: an alias may name one again and again.
    private var indentations: [Int: Int?] = [:]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The value of a node and of all below it; YAML's limits bound the depth.
    mutating func node(_ node: YAMLNode, _ problems: inout Problems) -> Node {
        let plain = untagged(node, &problems)
        guard let tag = node.tag, tag.hasPrefix("!"), tag != "!" else { return plain }
        let name = String(tag.dropFirst())
        let function: String
        if Self.bare.contains(name) {
            function = name
        } else if Self.functions.contains(name) {
            function = "Fn::" + name
        } else {
            problems.error(
                "there is no tag `\(tag)`",
                at: Self.place(node),
                hint: Suggestion.hint(for: tag, among: (Self.bare + Self.functions).map { "!" + $0 })
                    ?? "quote the whole value if `!` belongs to it"
            )
            return Node(.unknown, at: plain.place)
        }
        let entry = Node.Entry(name: function, place: plain.place, value: argument(plain, of: function))
        return Node(.map([entry]), at: plain.place)
    }

    /// `!GetAtt A.B` is a list of two, `!Ref 12` a text.
    private func argument(_ node: Node, of function: String) -> Node {
        guard let text = node.nameText else { return node }
        guard function == "Fn::GetAtt" else { return Node(.text(text), at: node.place, indentation: node.indentation) }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return node }
        return Node(.list(parts.map { Node(.text(String($0)), at: node.place) }), at: node.place)
    }

    private mutating func untagged(_ node: YAMLNode, _ problems: inout Problems) -> Node {
        let place = Self.place(node)
        switch node.content {
        case .scalar(let scalar):
            let isTagged = node.tag.map { $0 != "tag:yaml.org,2002:str" } ?? true
            let content = scalar.style == .plain && isTagged ? Self.content(of: scalar.text) : .text(scalar.text)
            var result = Node(content, at: place)
            if scalar.style == .literal { result.indentation = indentation(below: node) }
            if case .bool = content { result.word = scalar.text }
            return result
        case .sequence(let items):
            return Node(.list(items.map { self.node($0, &problems) }), at: place)
        case .mapping(let pairs):
            return Node(.map(entries(pairs, &problems)), at: place)
        }
    }

    private mutating func entries(_ pairs: [YAMLEntry], _ problems: inout Problems) -> [Node.Entry] {
        var result: [Node.Entry] = []
        result.reserveCapacity(pairs.count)
        var known: [String: Int] = [:]
        for pair in pairs {
            let place = Self.place(pair.key)
            guard let name = pair.key.scalar?.text, pair.key.tag?.hasPrefix("!") != true else {
                problems.error("a key must be a text", at: place)
                continue
            }
            let value = node(pair.value, &problems)
            if let line = known[name] {
                problems.error(
                    "`\(name)` is here already, at line \(line)",
                    at: place,
                    hint: "keep one of them; of two equal keys one is lost"
                )
            } else {
                known[name] = place.location.line
                result.append(Node.Entry(name: name, place: place, value: value))
            }
        }
        return result
    }

    private static func place(_ node: YAMLNode) -> Node.Place {
        Node.Place(location: node.location, length: node.length)
    }

    /// The columns before the lines of a block of text.
    private mutating func indentation(below node: YAMLNode) -> Int? {
        if let known = indentations[node.location.line] { return known }
        let found = measure(below: node)
        indentations[node.location.line] = .some(found)
        return found
    }

    private mutating func measure(below node: YAMLNode) -> Int? {
        // The first line that is not blank tells.
        for line in (node.location.line + 1)...max(node.location.line + 1, node.end.line) {
            let text = source.line(line)
            if let first = text.unicodeScalars.firstIndex(where: { $0 != " " }) {
                return text.unicodeScalars.distance(from: text.unicodeScalars.startIndex, to: first)
            }
        }
        return nil
    }

    // MARK: - Plain words

    private static func content(of text: String) -> Node.Content {
        // The longest of the words has five letters.
        guard text.utf8.count <= 5 else { return isNumber(text) ? .number(text) : .text(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": return .bool(false)
        default: return isNumber(text) ? .number(text) : .text(text)
        }
    }

    /// Digits, with a sign, a point and an exponent at most.
    private static func isNumber(_ text: String) -> Bool {
        var digits = 0
        var rest = text.utf8[...]
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        while let byte = rest.first, isDigit(byte) { (digits, rest) = (digits + 1, rest.dropFirst()) }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            while let byte = rest.first, isDigit(byte) { (digits, rest) = (digits + 1, rest.dropFirst()) }
        }
        guard digits > 0 else { return false }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            guard !rest.isEmpty else { return false }
            while let byte = rest.first, isDigit(byte) { rest = rest.dropFirst() }
        }
        return rest.isEmpty
    }
}
