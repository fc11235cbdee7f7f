// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Makes files and links beneath a folder, on one thread; the folders of the last path stay open.
final class Unpacking {
    private let reading: ZipReading
    private let root: String
    private let folders = FolderStack()

    init?(_ archive: ZipArchive, into root: String) {
        guard let reading = ZipReading(archive) else { return nil }
        self.reading = reading
        self.root = root
    }

    func unpack(_ entry: ZipEntry, _ isStopped: () -> Bool) throws(ZipError) {
        if isStopped() { throw .stopped }
        switch entry.kind {
        case .symbolicLink: return
        case .folder:
            try translated(entry) { () throws(FileError) in try folders.enter(root, entry.path.utf8[...]) }
        case .file:
            let number = try translated(entry) { () throws(FileError) in
                try folders.withFolder(of: entry.path, in: root) {
                    (folder: borrowing Directory, name) throws(FileError) in
                    try folder.open(
                        name,
                        O_WRONLY | O_CREAT | O_EXCL,
                        mode: entry.isExecutable ? 0o777 : 0o666
                    ).release()
                }
            }
            let output = Descriptor(owning: number)
            try unsafe reading.read(entry) { bytes throws(ZipError) in
                if isStopped() { throw .stopped }
                unsafe try ArchiveSource.write(bytes, to: output.number, for: entry.path)
            }
        }
    }

    func makeLink(_ entry: ZipEntry, to target: String) throws(ZipError) {
        try translated(entry) { () throws(FileError) in
            try folders.withFolder(of: entry.path, in: root) { (folder: borrowing Directory, name) throws(FileError) in
                try folder.makeSymbolicLink(name, to: Array(target.utf8))
            }
        }
    }

    private func translated<Value>(
        _ entry: ZipEntry,
        _ body: () throws(FileError) -> Value
    ) throws(ZipError) -> Value {
        do throws(FileError) { return try body() } catch {
            switch error.code {
            case EEXIST:
                throw ZipError(.duplicatePath, entry.path, "there is something of this name already", cause: error)
            case ELOOP, ENOTDIR:
                throw ZipError(.unsafePath, entry.path, "it lies behind a file or a symbolic link", cause: error)
            default: throw ZipError(entry.path, error)
            }
        }
    }
}
