// SPDX-License-Identifier: Apache-2.0

/// What a buildspec asks for: `3.11`, `3.11.7`, `3.x`, `latest`, `corretto17`.
///
/// Source: "Runtime versions in buildspec file sample", CodeBuild user guide.
struct VersionPattern: Sendable, Hashable {
    /// The leading numbers that must agree; none for `latest`.
    let parts: [Int]
    /// What stands between the numbers and the end, such as `rc1`; only that very version will do then.
    let suffix: String
    /// What stands in front, such as `corretto`, in small letters.
    let vendor: String

    /// - Returns: nil when it is no version at all.
    init?(_ text: String) {
        let text = text.lowercased()
        let vendor = text.prefix { $0.isASCII && ($0.isLetter || $0 == "-") }
        if vendor == "latest" || text == "x" || text == "*" {
            (parts, suffix, self.vendor) = ([], "", "")
            return
        }
        var rest = text[vendor.endIndex...]
        for ending in [".x", ".*"] {
            while rest.hasSuffix(ending) { rest = rest.dropLast(2) }
        }
        guard let number = VersionNumber(rest) else { return nil }
        parts = number.parts
        suffix = number.suffix
        self.vendor = ["v", "go", "-"].contains(vendor) ? "" : String(vendor.reversed().drop { $0 == "-" }.reversed())
    }

    /// Whether a version is one of those asked for; a pre-release only when it is asked for by its whole name.
    func matches(_ version: VersionNumber) -> Bool {
        if !suffix.isEmpty { return version.parts == parts && version.suffix == suffix }
        return !version.isPrerelease && version.parts.starts(with: parts)
    }
}
