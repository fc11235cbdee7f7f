// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import JSON

// The functions whose arguments are values only.
extension Template {
    mutating func compute(_ name: String, _ argument: Node, at node: Node, _ path: TreePath) -> Node {
        switch name {
        case "Fn::Join": join(argument, at: node, path)
        case "Fn::Select": select(argument, at: node, path)
        case "Fn::Split": split(argument, at: node, path)
        case "Fn::FindInMap": find(argument, at: node, path)
        case "Fn::ImportValue": importValue(argument, at: node, path)
        case "Fn::Base64": base64(argument, at: node, path)
        case "Fn::GetAZs": zones(argument, at: node)
        case "Fn::Length": length(argument, at: node, path)
        default: text(Array(JSONText.bytes(of: argument.json)), at: node)
        }
    }

    /// A problem of a function; of values that are not known there is one already.
    private mutating func fail(_ message: String, _ argument: Node, at node: Node, _ path: TreePath) -> Node {
        if !Self.holdsUnknown(argument) { error(message, path, at: node.place) }
        return Node(.unknown, at: node.place)
    }

    static func holdsUnknown(_ node: Node) -> Bool {
        switch node.content {
        case .unknown: true
        case .list(let items): items.contains(where: holdsUnknown)
        case .map(let entries): entries.contains { holdsUnknown($0.value) }
        default: false
        }
    }

    private mutating func text(_ bytes: [UInt8], at node: Node) -> Node {
        guard produce(bytes.count, at: node.place) else { return Node(.unknown, at: node.place) }
        return Node(.text(String(decoding: bytes, as: UTF8.self)), at: node.place)
    }

    private mutating func join(_ argument: Node, at node: Node, _ path: TreePath) -> Node {
        guard let items = argument.items, items.count == 2, let separator = items[0].scalarText,
            let list = items[1].items
        else { return fail("Fn::Join takes a text and a list", argument, at: node, path) }
        var bytes: [UInt8] = []
        for (index, item) in list.enumerated() {
            if index > 0 { bytes += separator.utf8 }
            guard let text = item.scalarText else {
                return fail("Fn::Join joins texts, not \(item.kind)", argument, at: node, path)
            }
            bytes += text.utf8
            if bytes.count > Self.limitProduced { break }
        }
        return text(bytes, at: node)
    }

    private mutating func select(_ argument: Node, at node: Node, _ path: TreePath) -> Node {
        guard let items = argument.items, items.count == 2, let index = items[0].scalarText.flatMap({ Int($0) }),
            let list = items[1].items
        else { return fail("Fn::Select takes a number and a list", argument, at: node, path) }
        guard list.indices.contains(index) else {
            // A list that stands in for another may be too short.
            if context.missing == .isPlaceholder { return Node(.text("placeholder"), at: node.place) }
            return fail(
                "Fn::Select asks for element \(index) of a list with \(list.count)",
                argument,
                at: node,
                path
            )
        }
        return counted(list[index], at: node)
    }

    private mutating func split(_ argument: Node, at node: Node, _ path: TreePath) -> Node {
        guard let items = argument.items, items.count == 2, let separator = items[0].scalarText, !separator.isEmpty,
            let text = items[1].scalarText
        else { return fail("Fn::Split takes a text that separates and a text", argument, at: node, path) }
        guard produce(text.utf8.count, at: node.place) else { return Node(.unknown, at: node.place) }
        var parts: [Node] = []
        var rest = text.utf8[...]
        var start = rest.startIndex
        let mark = Array(separator.utf8)
        while let first = rest.firstIndex(of: mark[0]) {
            guard rest[first...].starts(with: mark) else {
                rest = rest[rest.index(after: first)...]
                continue
            }
            parts.append(Node(.text(String(Substring(text.utf8[start..<first]))), at: node.place))
            rest = rest[rest.index(first, offsetBy: mark.count)...]
            start = rest.startIndex
        }
        parts.append(Node(.text(String(Substring(text.utf8[start...]))), at: node.place))
        guard produce(parts.count * Self.weightOfElement, at: node.place) else { return Node(.unknown, at: node.place) }
        return Node(.list(parts), at: node.place)
    }

    private mutating func find(_ argument: Node, at node: Node, _ path: TreePath) -> Node {
        let items = argument.items ?? []
        guard items.count == 3 || (items.count == 4 && items[3].entry("DefaultValue") != nil),
            let map = items[0].scalarText, let top = items[1].scalarText, let second = items[2].scalarText
        else { return fail("Fn::FindInMap takes a map and two keys", argument, at: node, path) }
        guard let mapping = mappings[map] else {
            error(
                "there is no mapping `\(map)`",
                path,
                at: node.place,
                hint: hint(for: map, among: mappings.keys)
            )
            return Node(.unknown, at: node.place)
        }
        if let value = mapping.values[top]?[second], !value.isNull { return counted(value, at: node) }
        if items.count == 4, let standard = items[3]["DefaultValue"] { return counted(standard, at: node) }
        // A key that stands in for another is in no map.
        if context.missing == .isPlaceholder,
            let entries = mapping.node[top]?.entries ?? mapping.node.entries?.first?.value.entries,
            let value = (entries.first { $0.name == second } ?? entries.first)?.value
        {
            return counted(value, at: node)
        }
        let hasTop = mapping.values[top] != nil
        let key = hasTop ? second : top
        let known = mapping.values[top].map { Array($0.keys) } ?? Array(mapping.values.keys)
        error(
            "the mapping `\(map)` has no key `\(key)`\(hasTop ? " under `\(top)`" : "")",
            path,
            at: node.place,
            hint: hint(for: key, among: known)
        )
        return Node(.unknown, at: node.place)
    }

    private mutating func importValue(_ argument: Node, at node: Node, _ path: TreePath) -> Node {
        guard let name = argument.scalarText else {
            return fail("Fn::ImportValue takes the name of an export", argument, at: node, path)
        }
        if let value = context.export(name) { return text(Array(value.utf8), at: node) }
        if context.missing == .isPlaceholder { return Node(.text(name), at: node.place) }
        error(
            "no other template exports `\(name)` (No export named \(name) found)",
            path,
            at: node.place,
            hint: "apply the template that exports it first"
        )
        return Node(.unknown, at: node.place)
    }

    private mutating func base64(_ argument: Node, at node: Node, _ path: TreePath) -> Node {
        guard let plain = argument.scalarText else { return fail("Fn::Base64 takes a text", argument, at: node, path) }
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        let bytes = Array(plain.utf8)
        result.reserveCapacity(bytes.count / 3 * 4 + 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group = 0
            for index in 0..<3 { group = group << 8 | (index < count ? Int(bytes[start + index]) : 0) }
            for index in 0..<4 {
                result.append(index <= count ? digits[group >> (18 - 6 * index) & 63] : UInt8(ascii: "="))
            }
        }
        return text(result, at: node)
    }

    private func zones(_ argument: Node, at node: Node) -> Node {
        let given = argument.scalarText ?? ""
        let region = given.isEmpty ? context.region : given
        return Node(.list(["a", "b", "c"].map { Node(.text(region + $0), at: node.place) }), at: node.place)
    }

    private mutating func length(_ argument: Node, at node: Node, _ path: TreePath) -> Node {
        guard let items = argument.items else { return fail("Fn::Length takes a list", argument, at: node, path) }
        return Node(.number(String(items.count)), at: node.place)
    }
}
