// SPDX-License-Identifier: Apache-2.0

package import JSON

/// A path to a part of an event: `$.detail.commitId`, `$.resources[0]`, `$.detail['a.b']`, `$.items[*].name`.
package struct EventPath: Sendable, Hashable {
    private enum Step: Sendable, Hashable {
        case member(String)
        case element(Int)
        case all
    }

    private let steps: [Step]

    /// Reads a path.
    /// - Throws: `invalid`.
    package init(_ text: String) throws(EventError) {
        var rest = Array(text.utf8)[...]
        guard rest.popFirst() == UInt8(ascii: "$") else { throw Self.bad(text, "it must begin with `$`") }
        var steps: [Step] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "."):
                let name = rest.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "[") }
                if name.isEmpty { throw Self.bad(text, "a name is missing after `.`") }
                steps.append(name.elementsEqual("*".utf8) ? .all : .member(String(decoding: name, as: UTF8.self)))
                rest = rest.dropFirst(name.count)
            case UInt8(ascii: "["): steps.append(try Self.bracket(&rest, text))
            default: throw Self.bad(text, "after `$` comes `.` or `[`")
            }
        }
        self.steps = steps
    }

    /// What is there; nil where there is nothing.
    package func value(in event: JSONValue) -> JSONValue? {
        Self.value(steps[...], in: event)
    }

    private static func value(_ steps: ArraySlice<Step>, in value: JSONValue) -> JSONValue? {
        guard let step = steps.first else { return value }
        let rest = steps.dropFirst()
        switch (step, value) {
        case (.member(let name), .object(let members)): return members[name].flatMap { Self.value(rest, in: $0) }
        case (.element(let index), .array(let elements)):
            return elements.indices.contains(index) ? Self.value(rest, in: elements[index]) : nil
        case (.all, .array(let elements)): return .array(elements.compactMap { Self.value(rest, in: $0) })
        case (.all, .object(let members)):
            return .array(members.sorted { $0.key < $1.key }.compactMap { Self.value(rest, in: $0.value) })
        default: return nil
        }
    }

    private static func bracket(_ rest: inout ArraySlice<UInt8>, _ text: String) throws(EventError) -> Step {
        if let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") {
            rest = rest.dropFirst()
            let name = rest.prefix { $0 != quote }
            rest = rest.dropFirst(name.count)
            guard rest.popFirst() == quote, rest.popFirst() == UInt8(ascii: "]") else {
                throw bad(text, "`[` lacks its end")
            }
            return .member(String(decoding: name, as: UTF8.self))
        }
        let content = rest.prefix { $0 != UInt8(ascii: "]") }
        rest = rest.dropFirst(content.count)
        guard rest.popFirst() != nil else { throw bad(text, "`[` lacks its end") }
        if content.elementsEqual("*".utf8) { return .all }
        guard let index = Int(String(decoding: content, as: UTF8.self)), index >= 0 else {
            throw bad(text, "between `[` and `]` stands a number, `*`, or a name in quotes")
        }
        return .element(index)
    }

    private static func bad(_ text: String, _ why: String) -> EventError {
        EventError(.invalid, "Invalid JSON path '\(text)': \(why)")
    }
}
