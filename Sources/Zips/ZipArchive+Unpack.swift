// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

extension ZipArchive {
    /// Writes everything into a folder, on several threads; the folder is made where it is missing.
    ///
    /// Nothing outside the folder is touched: files are made only in folders that are opened one by one and are no
    /// symbolic links, no name that exists is written over, and links are made last. What was unpacked before an error
    /// stays. Blocks.
    /// - Parameters:
    ///   - directory: the folder; its own path may lead through symbolic links.
    ///   - threads: how many decompress; nil: one for each core, at most 16.
    ///   - isStopped: whether to give up; asked on all of these, for each entry and each MiB of it.
    /// - Throws: `ZipError` of any code but `sourceChanged` and `notAFile`; its path is the entry's.
    package func unpack(
        to directory: String,
        threads: Int? = nil,
        isStopped: @escaping @Sendable () -> Bool = { false }
    ) throws(ZipError) {
        do throws(FileError) {
            if unsafe mkdir(directory, 0o777) != 0, errno != EEXIST {
                throw FileError(code: errno, function: "mkdir", path: directory)
            }
        } catch {
            throw ZipError(nil, error)
        }
        let work = UnpackWork(self, isStopped: isStopped)
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
