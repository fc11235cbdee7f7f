// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Builds
internal import Pipelines
internal import Synchronization

/// The deployment `S3`: an artifact as one object of a bucket of this machine, or each of its files as one.
struct S3DeployProvider: ActionProvider {
    /// The file of the buckets.
    let buckets: String
    let artifacts: ArtifactStore
    /// Told of each object that has been put.
    let changed: @Sendable (_ bucket: String, _ key: String) async -> Void

    init(
        buckets: String,
        artifacts: ArtifactStore,
        changed: @escaping @Sendable (_ bucket: String, _ key: String) async -> Void = { _, _ in }
    ) {
        self.buckets = buckets
        self.artifacts = artifacts
        self.changed = changed
    }

    /// Set when the order is cancelled.
    private final class Cancellation: Sendable {
        let isSet = Atomic(false)
    }

    func run(_ order: ActionOrder, _ progress: ActionProgress) async -> ActionOutcome {
        let cancellation = Cancellation()
        let now = Timestamp.now().milliseconds
        let deployment = await withTaskCancellationHandler {
            await BlockingQueue(label: "nacre.s3.deploy").run {
                var deployment = S3Deployment(order, buckets: buckets, artifacts: artifacts, at: now)
                deployment.run { cancellation.isSet.load(ordering: .relaxed) }
                return deployment
            }
        } onCancel: {
            cancellation.isSet.store(true, ordering: .relaxed)
        }
        for key in deployment.keys { await changed(deployment.bucket, key) }
        return deployment.outcome
    }
}
