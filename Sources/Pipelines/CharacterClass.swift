// SPDX-License-Identifier: Apache-2.0

/// A set of characters in a pattern, such as `[^a-z0-9_]`.
struct CharacterClass: Sendable, Hashable {
    private(set) var ranges: [ClosedRange<UInt32>] = []
    var isNegated = false

    init(_ ranges: [ClosedRange<UInt32>] = [], isNegated: Bool = false) {
        self.ranges = ranges
        self.isNegated = isNegated
    }

    init(_ scalar: Unicode.Scalar) {
        self.init([scalar.value...scalar.value])
    }

    static let digit = CharacterClass([0x30...0x39])
    static let word = CharacterClass([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let space = CharacterClass([0x09...0x0D, 0x20...0x20])
    /// What `.` leaves out: `\n \r`, NEL, line and paragraph separators.
    static let line = CharacterClass([0x0A...0x0A, 0x0D...0x0D, 0x85...0x85, 0x2028...0x2029])
    static let all = CharacterClass([0...0x10FFFF])

    /// All but these.
    var inverted: CharacterClass { CharacterClass(ranges, isNegated: !isNegated) }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isNegated
    }

    mutating func add(_ range: ClosedRange<UInt32>) {
        ranges.append(range)
    }

    /// Adds the members of another set.
    mutating func add(_ other: CharacterClass) {
        guard other.isNegated else {
            ranges += other.ranges
            return
        }
        var start: UInt32 = 0
        for range in other.ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > start { ranges.append(start...(range.lowerBound - 1)) }
            start = max(start, range.upperBound + 1)
        }
        if start <= 0x10FFFF { ranges.append(start...0x10FFFF) }
    }
}
