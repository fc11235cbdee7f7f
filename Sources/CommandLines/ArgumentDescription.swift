// SPDX-License-Identifier: Apache-2.0

/// A word that a command takes by its place.
package struct ArgumentDescription: Sendable, Hashable {
    /// As shown and asked for, in capitals, such as `NAME`.
    package let name: String
    /// What it is, beginning with a small letter, without a full stop.
    package let help: String
    /// How often it may be given.
    package let count: Count
    /// What its values are, for completion.
    package let kind: ValueKind

    /// How often an argument may be given; more than one is possible only for the last.
    package enum Count: Sendable, Hashable {
        case one
        case optional
        case any
        case atLeastOne
    }

    package init(_ name: String, _ count: Count = .one, _ kind: ValueKind = .text, help: String) {
        self.name = name
        self.help = help
        self.count = count
        self.kind = kind
    }

    /// Whether the command line is wrong without it.
    var isRequired: Bool { count == .one || count == .atLeastOne }

    /// Whether it takes all words that are left.
    var isVariadic: Bool { count == .any || count == .atLeastOne }

    /// As in a usage line.
    var usage: String {
        switch count {
        case .one: name
        case .optional: "[\(name)]"
        case .any: "[\(name)…]"
        case .atLeastOne: "\(name)…"
        }
    }
}
