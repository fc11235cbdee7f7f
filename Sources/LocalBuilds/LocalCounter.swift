// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Build numbers of local runs: they count up for each project name, whatever runs at the same time.
enum LocalCounter {
    /// The next number; 1 for the first.
    ///
    /// The file is locked while it is read and written.
    static func next(_ project: String, in folder: String) throws(FileError) -> Int {
        let path = "\(folder)/\(project).number"
        // Two runs at once take turns of microseconds.
        for _ in 0..<10_000 {
            guard let lock = try FileLock.take(path) else {
                usleep(500)
                continue
            }
            let last = Int(String(decoding: try AtomicFile.read(path, limit: 64), as: UTF8.self)) ?? 0
            try lock.write(String(last + 1))
            return last + 1
        }
        throw FileError(code: EBUSY, function: "fcntl", path: path)
    }
}
