// SPDX-License-Identifier: Apache-2.0

internal import Backups
internal import Control
internal import Files
internal import Glibc

/// A folder in the home for the copies of a backup that is being written; `backup-PID`.
struct BackupScratch: ~Copyable {
    static let prefix = "backup-"

    let path: String
    /// Held as long as it is in use.
    private let lock: FileLock

    /// Makes one; those that a crash has left are removed.
    init(_ home: Home) throws(BackupError) {
        for abandoned in Self.abandoned(home) { try? Folder.remove(abandoned) }
        path = "\(home.path)/\(Self.prefix)\(getpid())"
        do throws(FileError) {
            try Folder.remove(path)
            try Folder.make(path, mode: 0o700)
            guard let lock = try FileLock.take("\(path)/lock") else {
                throw FileError(code: EBUSY, function: "fcntl", path: path)
            }
            self.lock = lock
        } catch {
            throw BackupError(error, "the home \(home.path) cannot be written to")
        }
    }

    func remove() {
        try? Folder.remove(path)
    }

    /// Those whose backups have ended without removing them.
    static func abandoned(_ home: Home) -> [String] {
        let names = (try? DirectoryListing.names(of: home.path)) ?? []
        return names.filter { $0.hasPrefix(prefix) && $0.dropFirst(prefix.utf8.count).allSatisfy(\.isNumber) }
            .map { "\(home.path)/\($0)" }.filter { Folder.isFolder($0) && !FileLock.isHeld("\($0)/lock") }
    }
}
