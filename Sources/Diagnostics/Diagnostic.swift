// SPDX-License-Identifier: Apache-2.0

/// One problem in a file: what, where, and what to do about it.
package struct Diagnostic: Error, Sendable, Hashable, Codable {
    /// Whether the file can be used all the same.
    package enum Severity: String, Sendable, Hashable, Codable {
        /// The file is refused.
        case error
        /// The file is used, but its author may regret it.
        case warning
    }

    /// Characters of a text that are kept: what a file calls a name can be a megabyte.
    private static let limitText = 2_000

    /// Whether this refuses the file.
    package let severity: Severity
    /// One sentence for a person, lower case first, no full stop; like the other texts cut where it is very long.
    package let message: String
    /// Where the problem's text starts.
    package let location: SourceLocation
    /// How many columns are wrong, from `location`; at least 1.
    package let length: Int
    /// What to do about it; nil where the message says enough.
    package let hint: String?
    /// What AWS CodeBuild says of the same problem, word for word; nil where that is not known.
    package let wireMessage: String?

    package init(
        _ severity: Severity,
        _ message: String,
        at location: SourceLocation,
        length: Int = 1,
        hint: String? = nil,
        wireMessage: String? = nil
    ) {
        self.severity = severity
        self.message = Self.cut(message)
        self.location = location
        self.length = max(1, length)
        self.hint = hint.map(Self.cut)
        self.wireMessage = wireMessage.map(Self.cut)
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > limitText, text.unicodeScalars.count > limitText else { return text }
        return String(text.unicodeScalars.prefix(limitText)) + "…"
    }
}

extension [Diagnostic] {
    /// Whether any of them refuses the file.
    package var hasErrors: Bool { contains { $0.severity == .error } }

    /// How many there are of each severity, such as "2 errors, 1 warning"; "no problems" for none.
    package var summary: String {
        var errors = 0
        var warnings = 0
        for diagnostic in self {
            switch diagnostic.severity {
            case .error: errors += 1
            case .warning: warnings += 1
            }
        }
        var parts: [String] = []
        if errors > 0 { parts.append(errors == 1 ? "1 error" : "\(errors) errors") }
        if warnings > 0 { parts.append(warnings == 1 ? "1 warning" : "\(warnings) warnings") }
        return parts.isEmpty ? "no problems" : parts.joined(separator: ", ")
    }
}
