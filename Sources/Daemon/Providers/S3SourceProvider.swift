// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Buckets
internal import Digests
internal import Pipelines
internal import Zips

/// The source `S3`: an object of a bucket of this machine, as it is, in the version that the execution is pinned to.
///
/// Nothing is copied: object and artifact are the same bytes in the store of artifacts.
struct S3SourceProvider: ActionProvider {
    /// The metadata that say what an object is, for people.
    private static let summaryKey = "codepipeline-artifact-revision-summary"

    /// The file of the buckets.
    let buckets: String
    let artifacts: ArtifactStore

    func run(_ order: ActionOrder, _ progress: ActionProgress) async -> ActionOutcome {
        await BlockingQueue(label: "nacre.s3.source").run { fetch(order) }
    }

    private func fetch(_ order: ActionOrder) -> ActionOutcome {
        guard let bucket = order.configuration["S3Bucket"], let key = Self.key(of: order) else {
            return .failed(.configurationError, "the S3 source action needs S3Bucket and S3ObjectKey")
        }
        do throws(BucketError) {
            guard let store = try BucketStore.existing(path: buckets, artifacts: artifacts) else {
                return Self.noBucket(bucket, key)
            }
            guard let facts = try store.bucket(bucket) else { return Self.noBucket(bucket, key) }
            guard facts.versioning == .enabled else {
                return .failed(
                    .configurationError,
                    "the bucket \(bucket) keeps no versions, which a source needs: `nacre bucket versioning \(bucket) on`"
                )
            }
            let version = order.revision.flatMap { $0.type == "S3_OBJECT_VERSION_ID" ? $0.id : nil }
            return outcome(try store.head(key, version: version, in: bucket), order)
        } catch {
            return Self.failure(error, bucket, key)
        }
    }

    private func outcome(_ object: StoredObject, _ order: ActionOrder) -> ActionOutcome {
        guard artifacts.renew(object.content.digest) else {
            return .failed(
                .revisionUnavailable,
                "the bytes of \(object.bucket)/\(object.key), version \(object.versionID), are gone: put the object again"
            )
        }
        if let problem = excess(of: object) {
            return .failed(
                .configurationError,
                "\(object.bucket)/\(object.key), version \(object.versionID), is refused, as it would fill the disk: \(problem)"
            )
        }
        let revision = Self.revision(of: object)
        var output = ActionOutput()
        output.artifacts = order.outputs.map { output in
            ArtifactReference(
                name: output.name,
                digest: object.content.digest.hex,
                size: object.content.size,
                key: output.key
            )
        }
        output.variables = [
            "VersionId": object.versionID, "ETag": object.content.etag.filter { $0 != "\"" },
            "BucketName": object.bucket, "ObjectKey": object.key,
        ]
        output.externalID = object.versionID == "null" ? nil : object.versionID
        output.summary = revision.summary
        output.revision = revision
        return ActionOutcome(output: output)
    }

    /// What of a zip from elsewhere goes beyond the limits; all else is for those who open it.
    private func excess(of object: StoredObject) -> String? {
        do throws(ZipError) {
            _ = try ZipArchive(artifacts.path(for: object.content.digest))
            return nil
        } catch {
            return error.code == .limitExceeded ? "\(error)" : nil
        }
    }

    /// The key of the configuration, or that with which the execution was started in its place.
    private static func key(of order: ActionOrder) -> String? {
        if let revision = order.revision, revision.type == "S3_OBJECT_KEY",
            order.configuration["AllowOverrideForS3ObjectKey"]?.lowercased() == "true"
        {
            return revision.id
        }
        return order.configuration["S3ObjectKey"]
    }

    static func revision(of object: StoredObject) -> SourceRevision {
        SourceRevision(
            type: "S3_OBJECT_VERSION_ID",
            id: object.versionID,
            summary: object.content.metadata[summaryKey] ?? "Amazon S3 version id: \(object.versionID)"
        )
    }

    private static func noBucket(_ bucket: String, _ key: String) -> ActionOutcome {
        .failed(
            .configurationError,
            "there is no bucket \(bucket): make it with `nacre bucket create \(bucket)`, and put the object with "
                + "`nacre bucket put \(bucket) \(key) FILE`"
        )
    }

    private static func failure(_ error: BucketError, _ bucket: String, _ key: String) -> ActionOutcome {
        switch error.code {
        case .noSuchBucket: noBucket(bucket, key)
        case .noSuchKey:
            .failed(
                .configurationError,
                "there is no object \(key) in the bucket \(bucket): put it with `nacre bucket put \(bucket) \(key) FILE`"
            )
        case .noSuchVersion, .methodNotAllowed: .failed(.revisionUnavailable, error.message)
        default: .failed(.systemUnavailable, error.message)
        }
    }
}
