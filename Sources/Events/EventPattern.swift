// SPDX-License-Identifier: Apache-2.0

package import JSON

/// What a rule wants of an event
/// (<https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html>).
///
/// Every field named must match; of the values of a field one must. An array in an event matches when one of its elements
/// does.
package struct EventPattern: Sendable, Hashable {
    /// A part of the pattern.
    indirect enum Node: Sendable, Hashable {
        /// All of these.
        case fields([Field])
        /// One of these, of a value that is no object.
        case values([ValueMatcher])
    }

    /// A field of an object, or `$or`.
    enum Field: Sendable, Hashable {
        case named(String, Node)
        /// One of these, of the object that the field belongs to.
        case or([Node])
    }

    private let root: Node

    /// Reads a pattern.
    /// - Throws: `invalidPattern`, with EventBridge's texts.
    package init(_ pattern: JSONValue) throws(EventError) {
        root = try PatternReader.read(pattern)
    }

    /// Whether an event has all that is wanted.
    package func matches(_ event: JSONValue) -> Bool {
        Self.matches(root, event)
    }

    /// Compares a value; nil where there is none.
    private static func matches(_ node: Node, _ value: JSONValue?) -> Bool {
        switch node {
        case .fields(let fields):
            if case .array(let elements) = value { return elements.contains { matches(node, $0) } }
            // What is no object has no fields, which is what `exists: false` wants.
            var members: [String: JSONValue] = [:]
            if case .object(let found) = value { members = found }
            return fields.allSatisfy { field in
                switch field {
                case .named(let name, let node): matches(node, named: name, members[name])
                case .or(let nodes): nodes.contains { matches($0, value) }
                }
            }
        case .values(let matchers):
            let leaves = leaves(of: value)
            if leaves.isEmpty { return matchers.contains(.exists(false)) }
            return leaves.contains { leaf in matchers.contains { $0.matches(leaf) } }
        }
    }

    /// Compares a field; AWS's services write a `version` now as a number, now as a text, and rules have either.
    private static func matches(_ node: Node, named name: String, _ value: JSONValue?) -> Bool {
        if matches(node, value) { return true }
        guard name == "version" else { return false }
        switch value {
        case .number(let text): return matches(node, .string(text))
        case .string(let text) where Int(text) != nil: return matches(node, .number(text))
        default: return false
        }
    }

    /// The values of a field; nothing for an object, whose fields are others.
    private static func leaves(of value: JSONValue?) -> [JSONValue] {
        switch value {
        case nil, .object: []
        case .array(let elements): elements.flatMap { leaves(of: $0) }
        case .some(let leaf): [leaf]
        }
    }
}
