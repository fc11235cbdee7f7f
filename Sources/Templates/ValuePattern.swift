// SPDX-License-Identifier: Apache-2.0

/// A regular expression of a template, which the whole value of a parameter is to match.
enum ValuePattern {
    /// Whether the whole value matches; nil for a pattern that is none.
    static func matches(_ value: String, _ pattern: String) -> Bool? {
        guard let regex = try? Regex(pattern) else { return nil }
        return (try? regex.wholeMatch(in: value)) != nil
    }
}
