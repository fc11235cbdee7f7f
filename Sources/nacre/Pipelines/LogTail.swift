// SPDX-License-Identifier: Apache-2.0

import Files

/// The last lines of a log.
enum LogTail {
    private static let limitBytes = 16_384

    /// At most `count` lines; none where there is no log.
    static func lines(of path: String, count: Int = 12) -> [String] {
        let bytes = (try? ForeignFile.readEnd(path, limit: limitBytes)) ?? []
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        // The first one is cut unless it is the file's own.
        return lines.dropFirst(bytes.count == limitBytes ? 1 : 0).suffix(count).map(String.init)
    }
}
