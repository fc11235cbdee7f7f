// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Files
internal import Glibc
internal import Sandboxes
internal import WireWords

/// Folders of local builds that nobody removed, because `nacre build` itself was killed.
enum AbandonedBuilds {
    /// So old that it cannot be one that is just being made.
    private static let ageSeconds = 3600

    /// Marks a folder that a person wants to keep.
    static func keep(_ folder: BuildFolder) throws(FileError) {
        try AtomicFile.write([], to: "\(folder.path)/kept")
    }

    /// Whether a person wants to keep a folder.
    static func isKept(_ folder: BuildFolder) -> Bool {
        Folder.exists("\(folder.path)/kept")
    }

    /// Keeps a failed build for debugging, and removes older ones that are too many for that.
    static func keepForDebugging(_ folder: BuildFolder, in local: String) {
        KeptWorkspaces.keep(folder)
        let names = ((try? DirectoryListing.names(of: local)) ?? []).filter { $0.utf8.count == 36 }
        let folders = names.map { BuildFolder(path: "\(local)/\($0)") }.filter { !isKept($0) }
        KeptWorkspaces.prune(folders) { try? Folder.remove($0.path) }
    }

    /// Removes those that are neither kept nor running.
    static func remove(from local: String) {
        for name in (try? DirectoryListing.names(of: local)) ?? [] where name.utf8.count == 36 {
            let folder = BuildFolder(path: "\(local)/\(name)")
            var status = stat()
            guard unsafe stat(folder.path, &status) == 0, time(nil) - status.st_mtim.tv_sec > ageSeconds else {
                continue
            }
            if isKept(folder) || FileLock.isHeld(folder.lock) { continue }
            if KeptWorkspaces.point(of: folder) != nil, !KeptWorkspaces.isExpired(folder) { continue }
            if let request = try? BuildReader.request(of: folder), request.id.uuid == name {
                IsolationCleanUp.cleanUp(request)
                _ = LostBuild.cleanUp(request.id, folder)
            }
            try? Folder.remove(folder.path)
        }
    }
}
