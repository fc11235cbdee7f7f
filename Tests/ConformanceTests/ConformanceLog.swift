// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A build's log without what differs from run to run.
struct ConformanceLog {
    /// From the line with the phases on; agent lines without their times, paths by name.
    let lines: [String]

    /// * `folders`: what paths are called, such as `$SRC`.
    init(_ text: String, folders: [(name: String, path: String)]) {
        let agent = #/^\[Container\] \d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{6} /#
        var lines: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = String(line).replacing(agent) { _ in "[Container] " }
            for folder in folders { line = line.replacingOccurrences(of: folder.path, with: folder.name) }
            line = line.replacing(#/file discovery took \d+\.\d+ seconds/#) { _ in "file discovery took $TIME seconds" }
            lines.append(line.replacing(#/\/\S*\/script\.sh/#) { _ in "$SCRIPT" })
        }
        if lines.last == "" { lines.removeLast() }
        let first = lines.firstIndex { $0.hasPrefix("[Container] Phases found in YAML") } ?? lines.endIndex
        self.lines = Array(lines[first...])
    }

    /// What the commands printed: all but the agent's lines and the empty ones.
    ///
    /// A command of several lines stands in the log whole, so that its further lines count.
    var output: [String] {
        lines.filter { !$0.isEmpty && !$0.hasPrefix("[Container] ") }
    }
}
