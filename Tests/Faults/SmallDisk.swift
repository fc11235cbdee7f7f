// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import TestSupport

/// A file system of few megabytes, mounted for one test.
struct SmallDisk {
    /// Whether one can be mounted here: for root, outside of containers that forbid it.
    static let isPossible: Bool = {
        let folder = "/tmp/nacre-mount-\(UUID().uuidString.prefix(8))"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let options = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]
        guard let result = try? Program.run("/bin/mount", options, environment: Program.path, in: "/"),
            result.status == 0
        else { return false }
        _ = try? Program.run("/bin/umount", [folder], environment: Program.path, in: "/")
        return true
    }()

    let path: String

    /// Lends a disk that is mounted at `path`, and takes it away again.
    static func mounted(at path: String, megabytes: Int, _ body: (SmallDisk) throws -> Void) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let options = ["-t", "tmpfs", "-o", "size=\(megabytes)m,mode=0700", "tmpfs", path]
        let result = try Program.run("/bin/mount", options, environment: Program.path, in: "/")
        guard result.status == 0 else { throw Program.Failure(description: "mount: \(result)") }
        defer { _ = try? Program.run("/bin/umount", ["-l", path], environment: Program.path, in: "/") }
        try body(SmallDisk(path: path))
    }

    var freeBytes: Int64 { (try? DiskSpace(of: path).freeBytes) ?? 0 }

    private var ballast: String { "\(path)/ballast" }

    /// Takes all space but so many bytes.
    func fill(leaving rest: Int64 = 0) {
        if !FileManager.default.fileExists(atPath: ballast) {
            _ = FileManager.default.createFile(atPath: ballast, contents: nil)
        }
        guard let file = FileHandle(forWritingAtPath: ballast) else { return }
        _ = try? file.seekToEnd()
        for size in [1 << 20, 1 << 12] {
            let piece = Data(repeating: 1, count: size)
            while freeBytes - rest >= Int64(size) {
                do { try file.write(contentsOf: piece) } catch { break }
            }
        }
        try? file.close()
    }

    /// Gives it back.
    func empty() {
        try? FileManager.default.removeItem(atPath: ballast)
    }
}
