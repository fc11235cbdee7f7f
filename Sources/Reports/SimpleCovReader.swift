// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// SIMPLECOV: `.resultset.json`, with one entry a test command, and `coverage.json`.
enum SimpleCovReader {
    static func read(_ value: JSONValue, into collector: inout CoverageCollector) throws(ReportError) {
        guard case .object(let top) = value else {
            throw ReportError(.format, "expected the object of a SimpleCov result set")
        }
        if case .object(let files)? = top["coverage"] {
            for (path, content) in files.sorted(by: { $0.key < $1.key }) { add(path, content, &collector) }
            return
        }
        // Runs of several commands (RSpec, Cucumber) cover the same files.
        var isResultSet = false
        for (_, run) in top.sorted(by: { $0.key < $1.key }) {
            guard case .object(let members) = run, case .object(let files)? = members["coverage"] else { continue }
            isResultSet = true
            for (path, content) in files.sorted(by: { $0.key < $1.key }) { add(path, content, &collector) }
        }
        if !isResultSet, !top.isEmpty {
            throw ReportError(.format, "expected a SimpleCov result set with the key \"coverage\", and it has none")
        }
    }

    private static func add(_ path: String, _ content: JSONValue, _ collector: inout CoverageCollector) {
        let file = collector.open(path)
        switch content {
        case .array(let lines): add(lines, file, &collector)
        case .object(let members):
            if case .array(let lines)? = members["lines"] { add(lines, file, &collector) }
            switch members["branches"] {
            case .object(let conditions)?: add(conditions, file, &collector)
            case .array(let branches)?: add(branches: branches, file, &collector)
            default: break
            }
        default: break
        }
    }

    /// `null` is no code, `"ignored"` is code that was excluded.
    private static func add(_ lines: [JSONValue], _ file: Int, _ collector: inout CoverageCollector) {
        for (index, hits) in lines.enumerated() {
            guard case .number(let text) = hits else { continue }
            collector.line(index + 1, isCovered: text != "0", in: file)
        }
    }

    /// `{"[:if, 0, 12, …]": {"[:then, 1, …]": 4, "[:else, 2, …]": 0}}`, ids and places unique in the file.
    private static func add(_ conditions: [String: JSONValue], _ file: Int, _ collector: inout CoverageCollector) {
        for (condition, value) in conditions {
            guard case .object(let branches) = value else { continue }
            for (branch, hits) in branches {
                guard case .number(let text) = hits else { continue }
                var hasher = StableHash()
                hasher.add(condition)
                hasher.add(branch)
                collector.branches(text == "0" ? 0 : 1, of: 1, at: hasher.value, in: file)
            }
        }
    }

    /// `[{"type": "then", "start_line": 13, "end_line": 13, "coverage": 4}]`.
    private static func add(branches: [JSONValue], _ file: Int, _ collector: inout CoverageCollector) {
        for (index, value) in branches.enumerated() {
            guard case .object(let members) = value, case .number(let text)? = members["coverage"] else { continue }
            collector.branches(text == "0" ? 0 : 1, of: 1, at: index, in: file)
        }
    }

    /// FNV-1a: the key of a branch, the same in every file that tells of it.
    private struct StableHash {
        private var state: UInt64 = 0xcbf2_9ce4_8422_2325

        mutating func add(_ text: String) {
            for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }

        var value: Int { Int(truncatingIfNeeded: state) }
    }
}
