// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Buckets

/// What was done to the objects of this machine's buckets, by whomever.
struct BucketChanges: Sendable {
    private let path: String
    private let artifacts: ArtifactStore
    private let thread = BlockingQueue(label: "nacre.buckets")

    /// * `path`: of the file of the buckets, which need not be there.
    init(path: String, artifacts: ArtifactStore) {
        self.path = path
        self.artifacts = artifacts
    }

    /// The number of the newest change; 0 where nothing has happened yet.
    func last() async throws(BucketError) -> Int64 {
        try await thread.run { [path, artifacts] () throws(BucketError) in
            try BucketStore.existing(path: path, artifacts: artifacts)?.lastSequence() ?? 0
        }
    }

    /// What has happened after the change of this number, oldest first; not all at once where it is very much.
    func since(_ sequence: Int64) async throws(BucketError) -> [BucketChange] {
        try await thread.run { [path, artifacts] () throws(BucketError) in
            try BucketStore.existing(path: path, artifacts: artifacts)?.changes(since: sequence) ?? []
        }
    }
}
