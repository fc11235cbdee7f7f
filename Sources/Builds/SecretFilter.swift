// SPDX-License-Identifier: Apache-2.0

internal import Masks

/// Tells which variables may be written to a file: those in whose values no secret occurs.
struct SecretFilter {
    private let names: Set<String>
    private let values: [String]
    private let mask: SecretMask?

    /// * `secrets`: a value of several lines counts line by line, too, as commands take such values apart.
    /// * `mask`: knows other spellings of the values.
    init(_ secrets: SecretValues, mask: SecretMask?) {
        self.mask = mask
        names = Set(secrets.entries.map { $0.variable })
        var values: Set<String> = []
        for value in secrets.entries.compactMap({ $0.value }) where !value.isEmpty {
            values.insert(value)
            for line in value.split(whereSeparator: { $0.isNewline }) where line.utf8.count >= Self.shortestLine {
                values.insert(String(line))
            }
        }
        self.values = values.sorted()
    }

    /// Shorter lines of a value, such as `{`, say nothing.
    private static let shortestLine = 4

    /// Whether a variable may be written.
    func allows(_ name: String, _ value: String) -> Bool {
        !names.contains(name) && !values.contains { value.contains($0) } && (mask?.masked(value) ?? value) == value
    }
}
