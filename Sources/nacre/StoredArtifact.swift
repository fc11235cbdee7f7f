// SPDX-License-Identifier: Apache-2.0

import Artifacts
import Builds
import CommandLines
import Digests
import Files
import Glibc
import Pipelines
import Zips

/// An artifact in the store, of a build or of an execution.
struct StoredArtifact {
    /// An artifact with its files, as `--json` shows it.
    struct Listing: Encodable {
        struct Entry: Encodable {
            var path: String
            var size: Int
        }

        /// Of a build.
        var artifacts: Build.Artifacts?
        /// Of an execution.
        var artifact: ArtifactReference?
        /// Nil for one that is no zip.
        var files: [Entry]?
    }

    /// What its owner calls it.
    let name: String
    let build: Build.Artifacts?
    let reference: ArtifactReference?

    init(_ build: Build.Artifacts) {
        name = build.artifactIdentifier ?? "artifacts"
        self.build = build
        reference = nil
    }

    init(_ reference: ArtifactReference) {
        name = reference.name
        build = nil
        self.reference = reference
    }

    var hex: String? { reference?.digest ?? build?.sha256sum }
    var size: Int64 { reference?.size ?? build?.size ?? 0 }

    func digest() throws -> SHA256Digest {
        guard let hex, let digest = SHA256Digest(hex: hex) else {
            throw VerbError(.fault, "there is no digest for the artifact \(name)")
        }
        return digest
    }

    /// Whether it has files; a source from a bucket may be any object.
    func isArchive(in store: ArtifactStore) throws -> Bool {
        guard reference != nil else { return true }
        let file = try Descriptor.open(store.path(for: try digest()), O_RDONLY)
        var magic: [UInt8] = [0, 0]
        let count = unsafe magic.withUnsafeMutableBytes { unsafe pread(file.number, $0.baseAddress, 2, 0) }
        // Both a zip with files and an empty one begin so.
        return count == 2 && magic == Array("PK".utf8)
    }

    /// Its files; nil for an object that is no zip.
    func archive(in store: ArtifactStore) throws -> ZipArchive? {
        try isArchive(in: store) ? try ZipArchive(try store.openVerified(try digest()), path: name) : nil
    }

    /// Writes its bytes.
    func write(to output: BorrowedOutput, from store: ArtifactStore) throws {
        let input = try store.openVerified(try digest())
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = try FileError.check("read", name) {
                unsafe chunk.withUnsafeMutableBytes { unsafe read(input.number, $0.baseAddress, $0.count) }
            }
            if count == 0 { return }
            output.write(chunk[..<count])
        }
    }
}
