// SPDX-License-Identifier: Apache-2.0

/// A pattern for paths, branch names and the like.
///
/// Within a name the set of Go's [`filepath.Match`](https://pkg.go.dev/path/filepath#Match): `*`, `?`, `[a-z]`, `[^a]`
/// and `\` as escape; none of them matches `/`. A name that is `**` matches any number of names, none included, but one
/// at the end of a pattern matches at least one. Names that begin with a dot are matched like others. There are no
/// braces and no negation.
package struct Glob: Hashable, Sendable {
    /// The pattern as written.
    package let pattern: String
    /// The names between the slashes; `.` and empty ones are left out.
    package let segments: [GlobSegment]

    /// Reads a pattern.
    /// - Throws: `GlobError` for an unfinished class or escape, and for more than 120 names.
    package init(_ pattern: String) throws(GlobError) {
        self.pattern = pattern
        var segments: [GlobSegment] = []
        for part in Array(pattern.utf8).split(separator: UInt8(ascii: "/")) where part != [UInt8(ascii: ".")] {
            let segment = try Self.segment(Array(part), of: pattern)
            // Neighbouring `**` say the same as one.
            if segment == .anyDepth, segments.last == .anyDepth { continue }
            segments.append(segment)
        }
        guard segments.count <= 120 else { throw GlobError(code: .tooManyNames, pattern: pattern) }
        self.segments = segments
    }

    /// Whether the pattern is a plain path: then only one path can match.
    package var isLiteral: Bool {
        segments.allSatisfy { if case .literal = $0 { true } else { false } }
    }

    /// Whether a whole relative path matches; names are parted by `/`.
    package func matches(_ path: String) -> Bool {
        let names = Array(path.utf8).split(separator: UInt8(ascii: "/"))
        var state = start
        for name in names {
            state = next(state, name)
            if state.isEmpty { return false }
        }
        return isMatch(state)
    }

    // MARK: - Step by step, for walking a tree

    /// Where a match may stand after some names of a path.
    package struct State: Hashable, Sendable {
        /// Bit n: the next name is compared with segment n.
        fileprivate var positions: UInt128 = 0

        /// Whether nothing that goes on like this can match.
        package var isEmpty: Bool { positions == 0 }
    }

    /// Before the first name.
    package var start: State {
        var state = State()
        add(0, to: &state)
        return state
    }

    /// After one more name.
    package func next(_ state: State, _ name: some RandomAccessCollection<UInt8>) -> State {
        var result = State()
        for position in positions(of: state) where position < segments.count {
            if case .anyDepth = segments[position] {
                if position == segments.count - 1 { add(segments.count, to: &result) }
                add(position, to: &result)
            } else if segments[position].matches(name) {
                add(position + 1, to: &result)
            }
        }
        return result
    }

    /// After one more name that is a symbolic link to a directory: `**` does not go through it.
    package func nextThroughLink(_ state: State, _ name: some RandomAccessCollection<UInt8>) -> State {
        var result = State()
        for position in positions(of: state) where position < segments.count {
            if case .anyDepth = segments[position] { continue }
            if segments[position].matches(name) { add(position + 1, to: &result) }
        }
        return result
    }

    /// Whether the names so far match the whole pattern.
    package func isMatch(_ state: State) -> Bool {
        state.positions >> segments.count & 1 == 1
    }

    /// Whether a longer path can still match.
    package func mayMatchBelow(_ state: State) -> Bool {
        state.positions & ((1 << segments.count) - 1) != 0
    }

    /// Whether every longer path matches: what is left is `**` or `**/*`.
    package func matchesAllBelow(_ state: State) -> Bool {
        let last = segments.count - 1
        return positions(of: state).contains { position in
            position < segments.count && segments[position] == .anyDepth
                && (position == last || position == last - 1 && segments[last] == .anyName)
        }
    }

    /// The names that can come next where only plain ones can; nil where a wildcard can.
    package func literalNames(after state: State) -> [[UInt8]]? {
        var result: [[UInt8]] = []
        for position in positions(of: state) where position < segments.count {
            guard case .literal(let name) = segments[position] else { return nil }
            result.append(name)
        }
        return result
    }

    private func positions(of state: State) -> some Sequence<Int> {
        sequence(state: state.positions) { rest -> Int? in
            guard rest != 0 else { return nil }
            let position = rest.trailingZeroBitCount
            rest &= rest - 1
            return position
        }
    }

    /// Adds a position, and the one after it where that is a `**` that may stand for no name.
    private func add(_ position: Int, to state: inout State) {
        state.positions |= 1 << position
        if position < segments.count - 1, case .anyDepth = segments[position] { add(position + 1, to: &state) }
    }

    // MARK: - Reading

    private static func segment(_ bytes: [UInt8], of pattern: String) throws(GlobError) -> GlobSegment {
        if bytes == Array("**".utf8) { return .anyDepth }
        if bytes == Array("*".utf8) { return .anyName }
        var tokens: [GlobSegment.Token] = []
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "*"):
                if tokens.last != .anyRun { tokens.append(.anyRun) }
            case UInt8(ascii: "?"):
                tokens.append(.anyCharacter)
            case UInt8(ascii: "["):
                tokens.append(try characterClass(bytes, &position, of: pattern))
            case UInt8(ascii: "\\"):
                guard position < bytes.count else { throw GlobError(code: .trailingEscape, pattern: pattern) }
                tokens.append(.byte(bytes[position]))
                position += 1
            default:
                tokens.append(.byte(byte))
            }
        }
        var literal: [UInt8] = []
        for token in tokens {
            guard case .byte(let byte) = token else { return .wildcard(tokens) }
            literal.append(byte)
        }
        return .literal(literal)
    }

    private static func characterClass(
        _ bytes: [UInt8],
        _ position: inout Int,
        of pattern: String
    ) throws(GlobError) -> GlobSegment.Token {
        var ranges: [ClosedRange<UInt32>] = []
        var isNegated = false
        if position < bytes.count, bytes[position] == UInt8(ascii: "^") {
            isNegated = true
            position += 1
        }
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "]"), !ranges.isEmpty {
                position += 1
                return .oneOf(ranges, isNegated: isNegated)
            }
            let low = try classCharacter(bytes, &position, of: pattern)
            var high = low
            if position < bytes.count, bytes[position] == UInt8(ascii: "-") {
                position += 1
                high = try classCharacter(bytes, &position, of: pattern)
            }
            guard low <= high else { throw GlobError(code: .badClass, pattern: pattern) }
            ranges.append(low...high)
        }
        throw GlobError(code: .badClass, pattern: pattern)
    }

    private static func classCharacter(
        _ bytes: [UInt8],
        _ position: inout Int,
        of pattern: String
    ) throws(GlobError) -> UInt32 {
        if position < bytes.count, bytes[position] == UInt8(ascii: "\\") {
            position += 1
        } else if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "]") {
            throw GlobError(code: .badClass, pattern: pattern)
        }
        guard position < bytes.count else { throw GlobError(code: .badClass, pattern: pattern) }
        let (value, length) = GlobSegment.character(bytes, at: position)
        position += length
        return value
    }
}
