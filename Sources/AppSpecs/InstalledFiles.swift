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

    package init(files: [String] = [], folders: [String] = []) {
        self.files = files
        self.folders = folders
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

    /// Removes the files, and the folders that are empty then; what is gone already is no matter.
    func remove() throws(AppSpecError) {
        for file in files {
            if unsafe unlink(file) == 0 || errno == ENOENT || errno == ENOTDIR { continue }
            // A folder in the file's place is somebody else's.
            if errno == EISDIR || errno == EPERM, Folder.isFolder(file) { continue }
            throw AppSpecError(FileError(code: errno, function: "unlink", path: file))
        }
        for folder in folders.reversed() { _ = unsafe rmdir(folder) }
    }
}
