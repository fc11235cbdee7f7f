// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

extension ZipArchive {
    /// Writes everything into a folder, on several threads; the folder is made where it is missing.
    ///
    /// Nothing outside the folder is touched: files are made only in folders that are opened one by one and are no
    /// symbolic links, no name that exists is written over, and links are made last. What was unpacked before an error
    /// stays. Blocks.
    /// - Parameter threads: nil: one for each core, at most 16.
    /// - Throws: `ZipError` of any code but `sourceChanged`, `notAFile` and `notFound`; its path is the entry's.
    package func unpack(to directory: String, threads: Int? = nil) throws(ZipError) {
        do throws(FileError) {
            if unsafe mkdir(directory, 0o777) != 0, errno != EEXIST {
                throw FileError(code: errno, function: "mkdir", path: directory)
            }
        } catch {
            throw ZipError(nil, error)
        }
        let work = UnpackWork(self)
        let count = max(min(threads ?? WorkerThreads.defaultCount, work.batchCount), 1)
        try WorkerThreads.run(count - 1, atLeast: 0) { _ in
            work.run(in: directory)
        } main: { () throws(ZipError) in
            work.run(in: directory)
        } tooFew: {
            ZipError(.system, nil, "no thread can be started")
        }
        if let failure = work.failure { throw failure }
        try makeLinks(in: directory)
    }

    private func makeLinks(in directory: String) throws(ZipError) {
        let links = entries.filter { $0.kind == .symbolicLink }
        if links.isEmpty { return }
        guard let unpacking = Unpacking(self, into: directory) else { throw Self.noMemory }
        // All are looked at before the first is made.
        var targets: [String] = []
        for link in links {
            let bytes = try content(of: link, limit: 4_095)
            guard let target = String(validating: bytes, as: UTF8.self) else {
                throw ZipError(.unsafePath, link.path, "where the link leads is not UTF-8")
            }
            if let problem = ZipPath.problem(linkTarget: target, at: link.path) {
                throw ZipError(.unsafePath, link.path, problem)
            }
            targets.append(target)
        }
        for (link, target) in zip(links, targets) { try unpacking.makeLink(link, to: target) }
    }
}

/// What several threads share while they unpack: which entries come next, and the first failure.
private final class UnpackWork: Sendable {
    private struct State {
        var next = 0
        var failure: (batch: Int, error: ZipError)?
    }

    private let archive: ZipArchive
    /// Entries that one thread takes at once: neighbours, for they mostly share a folder.
    private let batches: [Range<Int>]
    private let monitor = Monitor(State())

    init(_ archive: ZipArchive) {
        self.archive = archive
        var batches: [Range<Int>] = []
        var start = 0
        var bytes = 0
        for (index, entry) in archive.entries.enumerated() {
            bytes += entry.compressedSize
            if bytes >= 1 << 20 || index - start >= 63 {
                batches.append(start..<(index + 1))
                start = index + 1
                bytes = 0
            }
        }
        if start < archive.entries.count { batches.append(start..<archive.entries.count) }
        self.batches = batches
    }

    var batchCount: Int { batches.count }

    /// What went wrong with the first batch that failed.
    var failure: ZipError? { monitor.update { $0.failure?.error } }

    /// Unpacks batches until there are no more or one has failed.
    func run(in directory: String) {
        guard let unpacking = Unpacking(archive, into: directory) else {
            return fail(batches.count, ZipArchive.noMemory)
        }
        while let batch = nextBatch() {
            do throws(ZipError) {
                for index in batches[batch] { try unpacking.unpack(archive.entries[index]) }
            } catch {
                fail(batch, error)
            }
        }
    }

    private func nextBatch() -> Int? {
        let count = batches.count
        return monitor.update { state in
            guard state.failure == nil, state.next < count else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    private func fail(_ batch: Int, _ error: ZipError) {
        monitor.update { state in
            if let failure = state.failure, failure.batch < batch { return }
            state.failure = (batch, error)
        }
    }
}

/// Makes files and links beneath a folder, on one thread; the folders of the last path stay open.
private final class Unpacking {
    private let reading: ZipReading
    private let root: String
    private let folders = FolderStack()

    init?(_ archive: ZipArchive, into root: String) {
        guard let reading = ZipReading(archive) else { return nil }
        self.reading = reading
        self.root = root
    }

    func unpack(_ entry: ZipEntry) throws(ZipError) {
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
