// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import JSON
internal import WireWords

/// The workspaces of failed builds that are kept for debugging: so many, so large and so old at most.
///
/// A folder with a `DebugPoint` is one; a lock held on it, by a supervisor or a person's shell, keeps it in any case.
package enum KeptWorkspaces {
    /// How much is kept.
    package struct Limits: Sendable, Hashable {
        /// Builds of one project.
        package var perProject = 3
        /// All workspaces together.
        package var bytes: Int64 = 20 << 30
        package var seconds: Int64 = 7 * 24 * 3600

        package init() {}
    }

    /// Where and how a build failed; nil when its workspace is not kept.
    package static func point(of folder: BuildFolder) -> DebugPoint? {
        guard Folder.isFolder(folder.workspace), let bytes = try? ForeignFile.read(folder.debugPoint, limit: 16 << 20)
        else { return nil }
        return try? JSONText.decode(DebugPoint.self, from: bytes)
    }

    /// Whether a folder's workspace is so old that it is not kept any more.
    package static func isExpired(_ folder: BuildFolder, limits: Limits = Limits()) -> Bool {
        guard let keptAt = keptAt(folder) else { return true }
        return Int64(time(nil)) - keptAt > limits.seconds
    }

    /// Notes how large a workspace is, now that it is kept.
    package static func keep(_ folder: BuildFolder) {
        let bytes = DiskUsage.bytes(of: folder.path)
        try? AtomicFile.write(Array("\(bytes)\n".utf8), to: usageFile(folder))
    }

    /// Whether a workspace was kept, and no crash came before that was noted.
    package static func isKept(_ folder: BuildFolder) -> Bool {
        Folder.exists(folder.debugPoint) && Folder.exists(usageFile(folder))
    }

    /// Removes those that are too many, too large or too old, the oldest first.
    /// - Parameters:
    ///   - folders: all that might be kept.
    ///   - limits: how much is kept.
    ///   - remove: removes one.
    package static func prune(_ folders: [BuildFolder], limits: Limits = Limits(), remove: (BuildFolder) -> Void) {
        let kept = folders.compactMap { folder in keptAt(folder).map { (folder: folder, time: $0) } }
        var counts: [String: Int] = [:]
        var sum: Int64 = 0
        for (folder, time) in kept.sorted(by: { $0.time > $1.time }) {
            let project = (try? BuildReader.request(of: folder))?.id.project ?? ""
            counts[project, default: 0] += 1
            let bytes = usage(of: folder)
            let isWanted =
                counts[project, default: 0] <= limits.perProject && sum + bytes <= limits.bytes
                && Int64(Glibc.time(nil)) - time <= limits.seconds
            if isWanted || FileLock.isHeld(folder.lock) {
                sum += bytes
            } else {
                counts[project, default: 0] -= 1
                remove(folder)
            }
        }
    }

    private static func usageFile(_ folder: BuildFolder) -> String { "\(folder.path)/usage" }

    private static func usage(of folder: BuildFolder) -> Int64 {
        let bytes = (try? ForeignFile.read(usageFile(folder), limit: 64)) ?? []
        let text = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        // Larger than any disk: nobody has measured that.
        if let bytes = Int64(text), (0...1 << 50).contains(bytes) { return bytes }
        return DiskUsage.bytes(of: folder.path)
    }

    private static func keptAt(_ folder: BuildFolder) -> Int64? {
        var status = stat()
        guard unsafe lstat(folder.debugPoint, &status) == 0 else { return nil }
        return Int64(status.st_mtim.tv_sec)
    }
}
