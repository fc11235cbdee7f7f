// SPDX-License-Identifier: Apache-2.0

internal import Files

/// The end of what a failed build's commands have said, for a message.
enum LogTail {
    private static let limitLines = 20
    private static let limitLineBytes = 400
    /// What is looked at, from the end.
    private static let searchedBytes = 256 << 10
    private static let agentMark = "[Container] "
    private static let failureMark = "Command did not exit successfully"

    /// The last lines before the first failure that is still in the log's end; none where there is no log.
    ///
    /// The agent's own lines are left out: the message tells the phase. Secrets are hidden in the log already.
    static func read(_ path: String) -> [String] {
        lines(of: (try? ForeignFile.readEnd(path, limit: searchedBytes)) ?? [])
    }

    /// Picks the lines from a log's end.
    static func lines(of bytes: [UInt8]) -> [String] {
        var kept: [String] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line.prefix(limitLineBytes), as: UTF8.self)
            if text.hasPrefix(agentMark) {
                if text.contains(failureMark), !kept.isEmpty { break }
                continue
            }
            kept.append(line.count > limitLineBytes ? text + "…" : text)
            if kept.count > limitLines { kept.removeFirst() }
        }
        return kept
    }
}
