// SPDX-License-Identifier: Apache-2.0

internal import Buckets
internal import Control
internal import Pipelines

/// Which version of its object an execution is pinned to.
extension S3SourceProvider: SourcePinning {
    func head(of action: ActionDeclaration) async -> SourceRevision? {
        await BlockingQueue(label: "nacre.s3.source").run { try? find(nil, action) }
    }

    func revision(_ id: String, of action: ActionDeclaration) async throws(ControlFailure) -> SourceRevision {
        do throws(BucketError) {
            return try await BlockingQueue(label: "nacre.s3.source").run { () throws(BucketError) in
                try find(id, action)
            }
        } catch {
            throw ControlFailure(
                .invalid,
                "the source action \(action.name) cannot be started with the version \(id): \(error.message)",
                exception: "ValidationException"
            )
        }
    }

    private func find(_ version: String?, _ action: ActionDeclaration) throws(BucketError) -> SourceRevision {
        guard let bucket = action.configuration["S3Bucket"], let key = action.configuration["S3ObjectKey"] else {
            throw BucketError(.invalidArgument, "it lacks S3Bucket or S3ObjectKey")
        }
        guard let store = try BucketStore.existing(path: buckets, artifacts: artifacts) else {
            throw BucketError(.noSuchBucket, "there is no bucket \(bucket)")
        }
        return Self.revision(of: try store.head(key, version: version, in: bucket))
    }
}
