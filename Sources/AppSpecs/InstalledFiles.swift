// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import JSON

/// What a deployment has put on the machine, so that the next one takes it away first.
package struct InstalledFiles: Sendable, Hashable, Codable {
    /// Absolute paths of files and symbolic links.
    package var files: [String]
    /// Absolute paths of folders that it has made, each after those above it.
    package var folders: [String]
    /// Copies that have not come to their places, absolute paths; nil when nothing was broken off.
    var drafts: [String]?

    package init(files: [String] = [], folders: [String] = []) {
        self.files = files
        self.folders = folders
    }

    /// What is there while one deployment takes the place of another.
    func joined(_ next: InstalledFiles, drafts: [String]) -> InstalledFiles {
        var result = InstalledFiles(files: Self.union(files, next.files), folders: Self.union(folders, next.folders))
        result.drafts = drafts
        return result
    }

    private static func union(_ first: [String], _ second: [String]) -> [String] {
        let known = Set(first)
        return first + second.filter { !known.contains($0) }
    }

    /// Reads a record; empty where there is none.
    /// - Throws: where there is one that cannot be read.
    package static func read(_ path: String) throws(AppSpecError) -> InstalledFiles {
        do {
            return try JSONText.decode(InstalledFiles.self, from: try AtomicFile.read(path))
        } catch let error as FileError where error.code == ENOENT {
            return InstalledFiles()
        } catch {
            throw AppSpecError("the record \(path) of the last deployment's files cannot be read: \(error)")
        }
    }

    /// Writes the record; on the disk when this returns.
    package func write(to path: String) throws(AppSpecError) {
        // Texts have a JSON form.
        guard let bytes = try? JSONText.encode(self) else { return }
        do throws(FileError) { try AtomicFile.write(bytes, to: path, isDurable: true) } catch {
            throw AppSpecError(error)
        }
    }

    /// Removes the files that are not another's too; what is gone already is no matter.
    func remove(but other: InstalledFiles) throws(AppSpecError) {
        let kept = Set(other.files)
        for file in files where !kept.contains(file) {
            if unsafe unlink(file) == 0 || errno == ENOENT || errno == ENOTDIR { continue }
            // A folder in the file's place is somebody else's.
            if errno == EISDIR || errno == EPERM, Folder.isFolder(file) { continue }
            throw AppSpecError(FileError(code: errno, function: "unlink", path: file))
        }
    }

    /// Removes the folders that are empty and not another's too.
    func removeFolders(but other: InstalledFiles) {
        let kept = Set(other.folders)
        for folder in folders.reversed() where !kept.contains(folder) { _ = unsafe rmdir(folder) }
    }

    /// Removes the copies that never came to their places.
    func removeDrafts() {
        for draft in drafts ?? [] { _ = unsafe unlink(draft) }
    }
}
