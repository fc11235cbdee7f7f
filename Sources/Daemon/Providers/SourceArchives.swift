// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Digests
internal import Files
internal import Git
internal import Synchronization
internal import Zips

/// Makes the zips of commits; the same files make the same bytes, and a commit that was zipped lately is not zipped again.
///
/// All of it blocks.
final class SourceArchives: Sendable {
    /// A zip in the store.
    struct Archive: Sendable, Hashable {
        let digest: SHA256Digest
        let size: Int64
    }

    private static let keptCount = 256

    private let store: ArtifactStore
    private let folder: String
    private let kept = Mutex<[ObjectID: Archive]>([:])

    /// - Parameters:
    ///   - store: where the zips go.
    ///   - folder: for what is being put together; made where it is missing.
    init(store: ArtifactStore, folder: String) {
        self.store = store
        self.folder = folder
    }

    /// The zip of a commit's files.
    ///
    /// `name` is that of the folder for this work, which is removed afterwards, with what a crash has left in it before.
    func archive(of commit: GitCommit, in git: GitRepository, name: String) throws -> Archive {
        if let known = kept.withLock({ $0[commit.tree] }), store.renew(known.digest),
            (try? store.verify(known.digest) { _ in }) != nil
        {
            return known
        }
        let work = "\(folder)/\(name)"
        defer { try? Folder.remove(work) }
        try? Folder.remove(work)
        let files = "\(work)/files"
        try Folder.make(files)
        try git.checkout(commit.id, to: files)
        let inputs = try git.files(of: commit.id).compactMap { file -> ZipInput? in
            switch file.kind {
            case .file(let isExecutable):
                return ZipInput(
                    path: file.path,
                    source: .file(root: files, path: file.path),
                    isExecutable: isExecutable
                )
            case .link(let target):
                // One that leads out of the tree would lead elsewhere on every machine, and is not unpacked anywhere.
                guard ZipPath.isSafeLink(target: target, at: file.path) else { return nil }
                return ZipInput(path: file.path, source: .symbolicLink(target: target))
            }
        }
        let made = try add(inputs, in: work)
        kept.withLock { kept in
            if kept.count >= Self.keptCount { kept.removeAll() }
            kept[commit.tree] = made
        }
        return made
    }

    /// A zip of one file.
    func archive(of bytes: [UInt8], named file: String, name: String) throws -> Archive {
        let work = "\(folder)/\(name)"
        defer { try? Folder.remove(work) }
        try? Folder.remove(work)
        try Folder.make(work)
        return try add([ZipInput(path: file, source: .bytes(bytes))], in: work)
    }

    private func add(_ inputs: [ZipInput], in work: String) throws -> Archive {
        let path = "\(work)/artifact.zip"
        let summary = try ZipWriter().write(inputs, to: path)
        try store.add(fileAt: path, digest: summary.digest)
        return Archive(digest: summary.digest, size: Int64(summary.bytes))
    }
}
