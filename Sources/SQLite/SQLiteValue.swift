// SPDX-License-Identifier: Apache-2.0

/// A value to bind to a parameter of a statement.
package enum SQLiteValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    /// NULL for nil.
    package init(_ value: Int64?) {
        self = value.map(Self.integer) ?? .null
    }

    /// NULL for nil.
    package init(_ value: String?) {
        self = value.map(Self.text) ?? .null
    }

    /// 1 for true, 0 for false.
    package init(_ value: Bool) {
        self = .integer(value ? 1 : 0)
    }
}

extension SQLiteValue: ExpressibleByNilLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    package init(nilLiteral: ()) {
        self = .null
    }

    package init(integerLiteral value: Int64) {
        self = .integer(value)
    }

    package init(stringLiteral value: String) {
        self = .text(value)
    }
}
