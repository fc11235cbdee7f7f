// SPDX-License-Identifier: Apache-2.0

import Artifacts
import Buckets
import Control
import Files

/// The buckets, for which no daemon is needed.
extension VerbContext {
    /// The store, made where there is none.
    func bucketStore() throws -> BucketStore {
        try Folder.make(home.path, mode: 0o700)
        return try BucketStore.open(path: home.buckets, artifacts: try ArtifactStore(home.artifacts))
    }

    /// The store that is there; nil where nobody has made a bucket, and nothing is made.
    func existingBucketStore() throws -> BucketStore? {
        guard try BucketStore.exists(path: home.buckets) else { return nil }
        return try BucketStore.existing(path: home.buckets, artifacts: try ArtifactStore(home.artifacts))
    }

    /// Tells the daemon, if one runs, that pipelines may have something to do.
    ///
    /// It would find out by itself, so that it does not matter whether anybody listens.
    func tellOfChanges() {
        _ = try? ask(.bucketsChanged)
    }
}
