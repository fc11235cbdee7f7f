// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// What one value of a pattern wants of a value of an event.
indirect enum ValueMatcher: Sendable, Hashable {
    /// The same value; numbers by what they are worth.
    case equal(JSONValue)
    case prefix(String)
    case suffix(String)
    case prefixIgnoringCase(String)
    case suffixIgnoringCase(String)
    case equalIgnoringCase(String)
    case wildcard(WildcardPattern)
    case address(AddressRange)
    case number([Comparison])
    case exists(Bool)
    /// None of these.
    case anythingBut([ValueMatcher])

    /// One of the parts of `numeric`.
    struct Comparison: Sendable, Hashable {
        enum Sign: String, Sendable, Hashable {
            case equal = "="
            case less = "<"
            case lessOrEqual = "<="
            case greater = ">"
            case greaterOrEqual = ">="
        }

        var sign: Sign
        var bound: Double

        func holds(_ number: Double) -> Bool {
            switch sign {
            case .equal: number == bound
            case .less: number < bound
            case .lessOrEqual: number <= bound
            case .greater: number > bound
            case .greaterOrEqual: number >= bound
            }
        }
    }

    /// Compares a value that is neither object nor array.
    func matches(_ value: JSONValue) -> Bool {
        switch self {
        case .equal(let wanted): return Self.areEqual(wanted, value)
        case .exists(let isWanted): return isWanted
        case .anythingBut(let matchers): return !matchers.contains { $0.matches(value) }
        case .number(let comparisons):
            guard case .number(let text) = value, let number = Double(text) else { return false }
            return comparisons.allSatisfy { $0.holds(number) }
        default:
            guard case .string(let text) = value else { return false }
            return matches(text)
        }
    }

    /// Compares by bytes: texts that are equal to Swift may be written otherwise.
    private func matches(_ text: String) -> Bool {
        switch self {
        case .prefix(let prefix): text.utf8.starts(with: prefix.utf8)
        case .suffix(let suffix): Self.ends(text, with: suffix)
        case .prefixIgnoringCase(let prefix): text.lowercased().utf8.starts(with: prefix.lowercased().utf8)
        case .suffixIgnoringCase(let suffix): Self.ends(text.lowercased(), with: suffix.lowercased())
        case .equalIgnoringCase(let wanted): text.lowercased().utf8.elementsEqual(wanted.lowercased().utf8)
        case .wildcard(let pattern): pattern.matches(text)
        case .address(let range): range.contains(text)
        case .equal, .number, .exists, .anythingBut: false
        }
    }

    private static func ends(_ text: String, with suffix: String) -> Bool {
        text.utf8.reversed().starts(with: suffix.utf8.reversed())
    }

    private static func areEqual(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.number(let left), .number(let right)): left == right || Double(left) == Double(right)
        default: left == right
        }
    }
}
