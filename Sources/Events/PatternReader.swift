// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// Reads event patterns; what EventBridge refuses is refused with its words
/// (<https://github.com/aws/event-ruler>).
enum PatternReader {
    /// Names that mean something inside a value; an `$or` of objects with such is none.
    private static let operators: Set<String> = [
        "exactly", "prefix", "suffix", "anything-but", "numeric", "cidr", "exists", "equals-ignore-case", "wildcard",
    ]
    /// The bounds of `numeric`.
    private static let numbers = -5e9...5e9

    static func read(_ pattern: JSONValue) throws(EventError) -> EventPattern.Node {
        guard case .object(let members) = pattern else { throw EventError.pattern("Filter is not an object") }
        return try fields(members)
    }

    private static func fields(_ members: [String: JSONValue]) throws(EventError) -> EventPattern.Node {
        if members.isEmpty { throw EventError.pattern("Empty objects are not allowed") }
        var fields: [EventPattern.Field] = []
        // In the order of their names, so that of several problems always the same is told.
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            switch value {
            case .object(let inner): fields.append(.named(name, try self.fields(inner)))
            case .array(let elements):
                if name == "$or", let alternatives = alternatives(elements) {
                    var nodes: [EventPattern.Node] = []
                    for alternative in alternatives { nodes.append(try self.fields(alternative)) }
                    fields.append(.or(nodes))
                } else {
                    fields.append(.named(name, .values(try values(elements))))
                }
            default: throw EventError.pattern("\"\(name)\" must be an object or an array")
            }
        }
        return .fields(fields)
    }

    /// The objects of a true `$or`: two at least, none of which is a value.
    private static func alternatives(_ elements: [JSONValue]) -> [[String: JSONValue]]? {
        guard elements.count >= 2 else { return nil }
        var result: [[String: JSONValue]] = []
        for element in elements {
            guard case .object(let members) = element, !members.isEmpty,
                operators.isDisjoint(with: members.keys)
            else { return nil }
            result.append(members)
        }
        return result
    }

    private static func values(_ elements: [JSONValue]) throws(EventError) -> [ValueMatcher] {
        if elements.isEmpty { throw EventError.pattern("Empty arrays are not allowed") }
        var matchers: [ValueMatcher] = []
        for element in elements {
            switch element {
            case .object(let members): matchers.append(try expression(members))
            case .array:
                throw EventError.pattern("Match value must be String, number, true, false, or null")
            default: matchers.append(.equal(element))
            }
        }
        return matchers
    }

    private static func expression(_ members: [String: JSONValue]) throws(EventError) -> ValueMatcher {
        guard let (name, operand) = members.first else {
            throw EventError.pattern("Match expression name not found")
        }
        if members.count > 1 { throw EventError.pattern("Only one key allowed in match expression") }
        switch name {
        case "exactly": return .equal(.string(try text(operand, "exact match pattern must be a string")))
        case "prefix":
            if let inner = try ignoringCase(operand, name) { return .prefixIgnoringCase(inner) }
            return .prefix(try text(operand, "prefix match pattern must be a string"))
        case "suffix":
            if let inner = try ignoringCase(operand, name) { return .suffixIgnoringCase(inner) }
            return .suffix(try text(operand, "suffix match pattern must be a string"))
        case "equals-ignore-case":
            return .equalIgnoringCase(try text(operand, "equals-ignore-case match pattern must be a string"))
        case "wildcard":
            return .wildcard(try WildcardPattern(try text(operand, "wildcard match pattern must be a string")))
        case "cidr": return .address(try AddressRange(try text(operand, "prefix match pattern must be a string")))
        case "exists":
            guard case .bool(let isWanted) = operand else {
                throw EventError.pattern("exists match pattern must be either true or false.")
            }
            return .exists(isWanted)
        case "numeric":
            guard case .array(let terms) = operand else {
                throw EventError.pattern("Value of numeric must be an array.")
            }
            return .number(try comparisons(terms))
        case "anything-but": return .anythingBut(try excluded(operand))
        default: throw EventError.pattern("Unrecognized match type \(name)")
        }
    }

    private static func text(_ value: JSONValue, _ otherwise: String) throws(EventError) -> String {
        guard case .string(let text) = value else { throw EventError.pattern(otherwise) }
        return text
    }

    /// The text of `{"equals-ignore-case": TEXT}`; nil for what is no object.
    private static func ignoringCase(_ value: JSONValue, _ name: String) throws(EventError) -> String? {
        guard case .object(let members) = value else { return nil }
        guard let (inner, operand) = members.first else {
            throw EventError.pattern("\(name) match pattern must be a string")
        }
        if members.count > 1 { throw EventError.pattern("Only one key allowed in match expression") }
        guard inner == "equals-ignore-case" else { throw EventError.pattern("Unsupported \(name) pattern: \(inner)") }
        return try text(operand, "equals-ignore-case match pattern must be a string")
    }

    // MARK: - anything-but

    private static func excluded(_ operand: JSONValue) throws(EventError) -> [ValueMatcher] {
        switch operand {
        case .string, .number: return [.equal(operand)]
        case .array(let elements):
            for element in elements {
                switch element {
                case .string, .number: continue
                default: throw EventError.pattern("Inside anything but list, start|null|boolean is not supported.")
                }
            }
            let texts = elements.count { if case .string = $0 { true } else { false } }
            if elements.isEmpty || texts != 0 && texts != elements.count {
                throw EventError.pattern(
                    "Inside anything but list, either all values are number or string, mixed type is not supported"
                )
            }
            return elements.map { .equal($0) }
        case .object(let members): return try excluded(members)
        default: throw EventError.pattern("Value of anything-but must be an array or single string/number value.")
        }
    }

    /// `{"prefix": …}` and the like; each takes a text or several.
    private static func excluded(_ members: [String: JSONValue]) throws(EventError) -> [ValueMatcher] {
        guard let (name, operand) = members.first else {
            throw EventError.pattern("Anything-But expression name not found")
        }
        guard ["prefix", "suffix", "equals-ignore-case", "wildcard"].contains(name) else {
            throw EventError.pattern("Unsupported anything-but pattern: \(name)")
        }
        if members.count > 1 { throw EventError.pattern("Only one key allowed in match expression") }
        var operands = [operand]
        if case .array(let elements) = operand { operands = elements }
        if operands.isEmpty { throw EventError.pattern("Empty arrays are not allowed") }
        var matchers: [ValueMatcher] = []
        for operand in operands {
            guard case .string(let text) = operand else {
                let what =
                    name == "prefix" || name == "suffix" ? "prefix/suffix match pattern" : "\(name) match pattern"
                throw EventError.pattern("\(what) must be a string")
            }
            switch name {
            case "equals-ignore-case": matchers.append(.equalIgnoringCase(text))
            case "wildcard": matchers.append(.wildcard(try WildcardPattern(text)))
            default:
                if text.isEmpty { throw EventError.pattern("Null prefix/suffix not allowed") }
                matchers.append(name == "prefix" ? .prefix(text) : .suffix(text))
            }
        }
        return matchers
    }

    // MARK: - numeric

    private static func comparisons(_ terms: [JSONValue]) throws(EventError) -> [ValueMatcher.Comparison] {
        guard case .string(let first)? = terms.first else {
            throw EventError.pattern("Invalid member in numeric match: \(terms.first.map(shown) ?? "]")")
        }
        guard let sign = ValueMatcher.Comparison.Sign(rawValue: first) else {
            throw EventError.pattern("Unrecognized numeric range operator: \(first)")
        }
        let bottom = try bound(terms.dropFirst().first, after: sign == .equal ? "equals" : first)
        let lower = ValueMatcher.Comparison(sign: sign, bound: bottom)
        if terms.count == 2 { return [lower] }
        guard sign == .greater || sign == .greaterOrEqual else {
            throw EventError.pattern("Too many elements in numeric expression")
        }
        guard case .string(let second) = terms[2] else {
            throw EventError.pattern("Bad value in numeric range: \(shown(terms[2]))")
        }
        guard let upperSign = ValueMatcher.Comparison.Sign(rawValue: second),
            upperSign == .less || upperSign == .lessOrEqual
        else { throw EventError.pattern("Bad numeric range operator: \(second)") }
        let top = try bound(terms.dropFirst(3).first, after: second)
        guard terms.count == 4 else { throw EventError.pattern("Too many terms in numeric range expression") }
        guard bottom < top else { throw EventError.pattern("Bottom must be less than top") }
        return [lower, ValueMatcher.Comparison(sign: upperSign, bound: top)]
    }

    private static func bound(_ value: JSONValue?, after sign: String) throws(EventError) -> Double {
        guard case .number(let text)? = value, let number = Double(text) else {
            throw EventError.pattern("Value of \(sign) must be numeric")
        }
        guard numbers.contains(number) else {
            throw EventError.pattern("Value must be between -5.0E9 and 5.0E9, inclusive")
        }
        return number
    }

    private static func shown(_ value: JSONValue) -> String {
        String(decoding: JSONText.bytes(of: value), as: UTF8.self)
    }
}
