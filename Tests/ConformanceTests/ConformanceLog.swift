// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A build's log without what differs from run to run.
struct ConformanceLog {
    /// From the line with the phases on; agent lines without their times, paths by name.
    let lines: [String]

    /// * `folders`: what paths are called, such as `$SRC`.
    init(_ text: String, folders: [(name: String, path: String)]) {
        let agent = #/^\[Container\] \d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{6} /#
        var text = text
        for folder in folders { text = text.replacingOccurrences(of: folder.path, with: folder.name) }
        var lines: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = String(line)
            // A pattern takes long where there is much text, and there is little that it is for.
            if line.utf8.starts(with: "[Container] ".utf8) {
                line = line.replacing(agent) { _ in "[Container] " }
                if line.contains("file discovery took") {
                    line = line.replacing(#/took \d+\.\d+ seconds/#) { _ in "took $TIME seconds" }
                }
            }
            if line.contains("/script.sh") { line = line.replacing(#/\/\S*\/script\.sh/#) { _ in "$SCRIPT" } }
            lines.append(line)
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
