// SPDX-License-Identifier: Apache-2.0

/// One name of a pattern, between two slashes.
package enum GlobSegment: Hashable, Sendable {
    /// `**`: any number of names, none included.
    case anyDepth
    /// `*`: one name, whatever it is.
    case anyName
    /// A name without wildcards, escapes resolved.
    case literal([UInt8])
    /// A name with wildcards.
    case wildcard([Token])

    /// A piece of a name with wildcards.
    package enum Token: Hashable, Sendable {
        case byte(UInt8)
        /// `?`: one character.
        case anyCharacter
        /// `*`: any run of characters.
        case anyRun
        /// `[a-z]`, `[^a]`: one character in, or not in, the ranges.
        case oneOf([ClosedRange<UInt32>], isNegated: Bool)
    }

    /// Whether one name matches; `**` matches every name.
    package func matches(_ name: some RandomAccessCollection<UInt8>) -> Bool {
        switch self {
        case .anyDepth, .anyName: return true
        case .literal(let bytes): return bytes.count == name.count && bytes.elementsEqual(name)
        case .wildcard(let tokens): return Self.matches(tokens, Array(name))
        }
    }

    /// Only the last `*` is ever tried again, so the time is at most tokens × bytes.
    private static func matches(_ tokens: [Token], _ name: [UInt8]) -> Bool {
        var token = 0
        var position = 0
        var retry: (token: Int, position: Int)?
        while true {
            if token == tokens.count, position == name.count { return true }
            if token < tokens.count {
                if case .anyRun = tokens[token] {
                    retry = (token, position)
                    token += 1
                    continue
                }
                if position < name.count, let length = accepted(by: tokens[token], name, at: position) {
                    token += 1
                    position += length
                    continue
                }
            }
            guard let (star, start) = retry, start < name.count else { return false }
            retry = (star, start + 1)
            token = star + 1
            position = start + 1
        }
    }

    /// How many bytes at a position a token takes; nil when it does not match there.
    private static func accepted(by token: Token, _ name: [UInt8], at position: Int) -> Int? {
        switch token {
        case .byte(let byte): return name[position] == byte ? 1 : nil
        case .anyRun: return 0
        case .anyCharacter: return character(name, at: position).length
        case .oneOf(let ranges, let isNegated):
            let (value, length) = character(name, at: position)
            return ranges.contains { $0.contains(value) } != isNegated ? length : nil
        }
    }

    /// The character at a position; a byte that is not UTF-8 counts as U+FFFD of length 1, as in Go.
    static func character(_ bytes: [UInt8], at position: Int) -> (value: UInt32, length: Int) {
        let first = bytes[position]
        if first < 0x80 { return (UInt32(first), 1) }
        var decoder = UTF8()
        var iterator = bytes[position...].makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return (0xFFFD, 1) }
        return (scalar.value, String(scalar).utf8.count)
    }
}
