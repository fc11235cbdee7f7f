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
        if deployment.count > 0 { await progress.objectsPut() }
        return deployment.outcome
    }
}
