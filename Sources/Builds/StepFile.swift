// SPDX-License-Identifier: Apache-2.0

/// The files by which a GitHub Actions step speaks; the variables that name them have these names.
///
/// Source: "Workflow commands for GitHub Actions", Environment files.
enum StepFile: String, CaseIterable {
    case environment = "GITHUB_ENV"
    case output = "GITHUB_OUTPUT"
    case path = "GITHUB_PATH"
    case summary = "GITHUB_STEP_SUMMARY"

    /// The pairs in a file: `NAME=value`, or `NAME<<MARK`, lines, `MARK`.
    /// - Returns: in order; nil when a mark is missing or a line is neither.
    static func pairs(in text: String) -> [(name: String, value: String)]? {
        var result: [(name: String, value: String)] = []
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        while let line = lines.popFirst() {
            if line.isEmpty { continue }
            let equals = line.firstIndex(of: "=") ?? line.endIndex
            if let mark = line.firstRange(of: "<<"), mark.lowerBound < equals {
                let end = line[mark.upperBound...]
                guard let last = lines.firstIndex(of: end) else { return nil }
                let value = lines[lines.startIndex..<last].joined(separator: "\n")
                result.append((String(line[..<mark.lowerBound]), value))
                lines = lines[(last + 1)...]
            } else if equals < line.endIndex, equals > line.startIndex {
                result.append((String(line[..<equals]), String(line[line.index(after: equals)...])))
            } else {
                return nil
            }
        }
        return result
    }
}
