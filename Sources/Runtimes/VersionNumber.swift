// SPDX-License-Identifier: Apache-2.0

/// The version of an installed runtime, such as `3.11.7` or `3.13.0rc1`.
struct VersionNumber: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Most significant first; at least one.
    let parts: [Int]
    /// What follows the numbers, such as `rc1`; empty for a release.
    let suffix: String

    /// Reads a text that is a version and nothing else.
    ///
    /// A `v` may stand in front; `+` and what follows are left out. Numbers with more than nine digits are none.
    init?(_ text: some StringProtocol) {
        var rest = Substring(text)
        if rest.first == "v" { rest = rest.dropFirst() }
        if let plus = rest.firstIndex(of: "+") { rest = rest[..<plus] }
        var parts: [Int] = []
        while true {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty, digits.utf8.count <= 9, let number = Int(digits) else { break }
            parts.append(number)
            rest = rest[digits.endIndex...]
            guard rest.first == ".", rest.dropFirst().first?.isNumber == true else { break }
            rest = rest.dropFirst()
        }
        guard !parts.isEmpty, rest.first != ".",
            rest.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) })
        else { return nil }
        self.parts = parts
        suffix = String(rest)
    }

    /// The first version with at least one dot in a text that a program prints about itself.
    static func first(in text: String) -> VersionNumber? {
        for word in text.split(whereSeparator: { $0.isWhitespace || "\"(),;".contains($0) }) {
            guard let start = word.firstIndex(where: { $0.isASCII && $0.isNumber }) else { continue }
            let number = word[start...].prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            if number.contains("."), let version = VersionNumber(number) { return version }
        }
        return nil
    }

    /// Java's numbers: `1.8.0_392` is Java 8.
    var modern: VersionNumber {
        guard parts.count > 1, parts[0] == 1 else { return self }
        return VersionNumber(parts: Array(parts.dropFirst()), suffix: suffix)
    }

    private init(parts: [Int], suffix: String) {
        self.parts = parts
        self.suffix = suffix
    }

    /// Whether it comes before the release of its number.
    var isPrerelease: Bool {
        // Java's `_392` and Ruby's `p20` are later than the number, not earlier.
        !suffix.isEmpty && !suffix.hasPrefix("_") && !suffix.hasPrefix("p")
    }

    /// As it is written, without a `v` in front.
    var description: String { parts.map(String.init).joined(separator: ".") + suffix }

    static func < (left: VersionNumber, right: VersionNumber) -> Bool {
        if left.parts != right.parts { return left.parts.lexicographicallyPrecedes(right.parts) }
        if left.isPrerelease != right.isPrerelease { return left.isPrerelease }
        return left.suffix < right.suffix
    }
}
