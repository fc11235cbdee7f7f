// SPDX-License-Identifier: Apache-2.0

import Files
import Glibc

/// The last lines of a log.
enum LogTail {
    private static let limitBytes: Int64 = 16_384

    /// At most `count` lines; none where there is no log.
    static func lines(of path: String, count: Int = 12) -> [String] {
        guard let file = try? Descriptor.open(path, O_RDONLY | O_NONBLOCK), let status = try? file.status() else {
            return []
        }
        let start = max(0, Int64(status.st_size) - limitBytes)
        guard lseek(file.number, off_t(start), SEEK_SET) >= 0,
            let bytes = try? file.readToEnd(limit: Int(limitBytes) * 2)
        else { return [] }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        // The first one is cut unless it is the file's own.
        return lines.dropFirst(start > 0 ? 1 : 0).suffix(count).map(String.init)
    }
}
