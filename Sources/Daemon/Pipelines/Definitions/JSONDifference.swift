// SPDX-License-Identifier: Apache-2.0

package import JSON

/// How one JSON value differs from another, for people: one line for each place.
///
/// Lists whose elements have names, as stages and actions have, are compared by these, so that one that is put in does not make
/// all behind it different.
package enum JSONDifference {
    /// Longer values are cut.
    private static let valueLimit = 120

    /// The differences, such as `stages[1].actions[0].configuration.ProjectName: "a" → "b"`, in the order of the places.
    /// - Parameters:
    ///   - old: nil: there was none.
    ///   - new: nil: there is none any more.
    /// - Returns: empty where they are equal.
    package static func lines(from old: JSONValue?, to new: JSONValue?) -> [String] {
        var lines: [String] = []
        compare(old, new, at: "", &lines)
        return lines
    }

    private static func compare(_ old: JSONValue?, _ new: JSONValue?, at path: String, _ lines: inout [String]) {
        if old == new { return }
        switch (old, new) {
        case (.object(let old)?, .object(let new)?):
            for key in Set(old.keys).union(new.keys).sorted() {
                compare(old[key], new[key], at: path.isEmpty ? key : "\(path).\(key)", &lines)
            }
        case (.array(let old)?, .array(let new)?):
            if let oldNames = names(of: old), let newNames = names(of: new) {
                compare(named: (old, oldNames), (new, newNames), at: path, &lines)
            } else {
                for index in 0..<max(old.count, new.count) {
                    compare(
                        old.indices.contains(index) ? old[index] : nil,
                        new.indices.contains(index) ? new[index] : nil,
                        at: "\(path)[\(index)]",
                        &lines
                    )
                }
            }
        default:
            let place = path.isEmpty ? "" : "\(path): "
            if let old, let new {
                lines.append("\(place)\(text(old)) → \(text(new))")
            } else if let new {
                lines.append("\(place)+ \(text(new))")
            } else if let old {
                lines.append("\(place)- \(text(old))")
            }
        }
    }

    /// Elements with the places that they have now, or had.
    private static func compare(
        named old: (elements: [JSONValue], names: [String]),
        _ new: (elements: [JSONValue], names: [String]),
        at path: String,
        _ lines: inout [String]
    ) {
        let kept = old.names.filter(new.names.contains)
        let order = new.names.filter(old.names.contains)
        if kept != order {
            lines.append("\(path): the order \(kept.joined(separator: ", ")) → \(order.joined(separator: ", "))")
        }
        for (index, name) in old.names.enumerated() where !new.names.contains(name) {
            lines.append("\(path)[\(index)]: - \"\(name)\"")
        }
        for (index, name) in new.names.enumerated() {
            if let before = old.names.firstIndex(of: name) {
                compare(old.elements[before], new.elements[index], at: "\(path)[\(index)]", &lines)
            } else {
                lines.append("\(path)[\(index)]: + \"\(name)\"")
            }
        }
    }

    /// The names of elements that all have one of their own; nil where they have not, or where the name is all that they have.
    private static func names(of elements: [JSONValue]) -> [String]? {
        var names: [String] = []
        for element in elements {
            guard case .object(let members) = element, case .string(let name)? = members["name"],
                !names.contains(name)
            else { return nil }
            names.append(name)
        }
        return names
    }

    private static func text(_ value: JSONValue) -> String {
        // A whole stage or action is told by its name.
        if case .object(let members) = value, members.count > 1, case .string(let name)? = members["name"] {
            return "\"\(name)\""
        }
        let text = String(decoding: JSONText.bytes(of: value), as: UTF8.self)
        return text.count <= valueLimit ? text : "\(text.prefix(valueLimit))…"
    }
}
