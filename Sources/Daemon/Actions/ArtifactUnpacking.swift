// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Digests
internal import Dispatch
internal import Files
internal import Glibc
internal import Synchronization
internal import Zips

/// Makes a folder of a zip of the store, and checks the zip's sum beside it: the file is read once from the disk.
enum ArtifactUnpacking {
    /// What our own builds have made may be compressed as well as deflate can; what comes from elsewhere was looked at when it
    /// came in.
    static let limits = ZipLimits(ratio: 1_100)

    /// Writes everything in the zip into a folder.
    ///
    /// Blocks. After a failure the folder holds a part of the files.
    ///
    /// * `isStopped`: whether to give up; asked from several threads, and often.
    ///
    /// - Throws: `ArtifactError` for a zip that is missing or damaged; `ZipError` for one that cannot be unpacked.
    static func unpack(
        _ digest: SHA256Digest,
        of store: ArtifactStore,
        to folder: String,
        isStopped: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let path = store.path(for: digest)
        let sum = Mutex<Result<SHA256Digest, FileError>?>(nil)
        let group = DispatchGroup()
        // A queue of its own: the shared ones may have no thread left.
        DispatchQueue(label: "nacre.artifact").async(group: group) { @Sendable in
            let result: Result<SHA256Digest, FileError>
            do throws(FileError) {
                result = .success(try SHA256Digest(ofFileAt: path, isStopped: isStopped))
            } catch {
                result = .failure(error)
            }
            sum.withLock { $0 = result }
        }
        let unpacked = Result {
            let archive = try ZipArchive(path, limits: limits)
            try archive.checkFits(in: DiskSpace(of: Paths.parent(folder)).freeBytes)
            try archive.unpack(to: folder, isStopped: isStopped)
        }
        group.wait()
        // What is wrong with the bytes explains what is wrong with the zip.
        switch sum.withLock({ $0 }) {
        case .success(let found) where found != digest:
            throw ArtifactError(
                .digestMismatch,
                "the artifact \(path) is damaged: its SHA-256 is \(found), it must be \(digest)"
            )
        case .failure(let error) where error.code == ENOENT:
            throw ArtifactError(.notFound, "there is no artifact \(digest) any more", cause: error)
        case .failure(let error): throw error
        case .success, nil: break
        }
        try unpacked.get()
    }
}
