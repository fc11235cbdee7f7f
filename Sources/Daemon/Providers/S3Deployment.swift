// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Buckets
internal import Builds
internal import Digests
internal import Files
internal import Pipelines
internal import Zips

/// The work of one S3 deploy action; it blocks.
///
/// Objects remember the order that put them, so that an order that comes again makes no further versions.
struct S3Deployment: Sendable {
    /// The metadata that name the order.
    private static let orderKey = "codepipeline-action-execution-id"

    /// How many objects have been put.
    private(set) var count = 0
    private(set) var outcome = ActionOutcome()

    private let order: ActionOrder
    private let buckets: String
    private let artifacts: ArtifactStore
    private let bucket: String
    private let now: Int64

    init(_ order: ActionOrder, buckets: String, artifacts: ArtifactStore, at now: Int64) {
        self.order = order
        self.buckets = buckets
        self.artifacts = artifacts
        self.now = now
        bucket = order.configuration["BucketName"] ?? ""
    }

    /// Does it, or what is left of it.
    mutating func run(isStopped: () -> Bool) {
        do throws(BucketError) {
            try deploy(isStopped)
        } catch {
            outcome = Self.failure(error)
        }
    }

    private mutating func deploy(_ isStopped: () -> Bool) throws(BucketError) {
        guard let input = order.inputs.first, let digest = SHA256Digest(hex: input.digest) else {
            throw BucketError(.invalidArgument, "the S3 deploy action \(order.name) has no input artifact")
        }
        let name = order.configuration["ObjectKey"] ?? ""
        let extracts = order.configuration["Extract"]?.lowercased() == "true"
        if bucket.isEmpty { throw missing("BucketName") }
        if !extracts, name.isEmpty { throw missing("ObjectKey, as Extract is not true") }
        guard let store = try BucketStore.existing(path: buckets, artifacts: artifacts),
            try store.bucket(bucket) != nil
        else {
            throw BucketError(
                .noSuchBucket,
                "there is no bucket \(bucket): make it with `nacre bucket create \(bucket)`"
            )
        }
        let key = filled(name, at: try store.beginning(of: order.id, at: now))
        if extracts {
            try extract(input, digest, below: key, into: store, isStopped)
            return
        }
        let object = try store.put(artifact: digest, as: key, in: bucket, options: options, at: now)
        count += 1
        // A bucket without versions has none to tell.
        outcome.output.externalID = object.versionID == "null" ? nil : object.versionID
        outcome.output.summary = "put \(bucket)/\(key)"
    }

    /// Puts each file of a zip; what lies below the prefix beside them stays.
    private mutating func extract(
        _ input: ArtifactReference,
        _ digest: SHA256Digest,
        below key: String,
        into store: BucketStore,
        _ isStopped: () -> Bool
    ) throws(BucketError) {
        let archive: ZipArchive
        do {
            archive = try ZipArchive(
                try artifacts.openVerified(digest),
                path: input.name,
                limits: ArtifactUnpacking.limits
            )
            try archive.checkFits(in: DiskSpace(of: artifacts.root).freeBytes)
        } catch {
            throw BucketError(.invalidArgument, "the artifact \(input.name) cannot be extracted: \(error)")
        }
        let prefix = key.isEmpty || key.hasSuffix("/") ? key : key + "/"
        for entry in archive.entries where entry.kind == .file {
            if isStopped() {
                outcome.failure = ActionFailure(.jobFailed, "the deployment was stopped before \(prefix)\(entry.path)")
                return
            }
            try store.put(as: prefix + entry.path, in: bucket, options: options, at: now) {
                output throws(BucketError) in
                do throws(ZipError) {
                    try archive.read(entry, to: output)
                } catch {
                    throw BucketError(.invalidArgument, "the artifact \(input.name) cannot be extracted: \(error)")
                }
            }
            count += 1
        }
        let links = archive.entries.count { $0.kind == .symbolicLink }
        let files = count == 1 ? "1 file" : "\(count) files"
        let rest = links == 0 ? "" : "; a bucket has no symbolic links, so \(links) of them were left out"
        outcome.output.summary = "put \(files) into \(bucket)/\(prefix)\(rest)"
    }

    private var options: PutOptions {
        PutOptions(metadata: [Self.orderKey: order.id], skipsEqual: true)
    }

    /// The key with the instant, in UTC, and the id of the order in it.
    private func filled(_ key: String, at instant: Int64) -> String {
        let time = Timestamp(milliseconds: instant).text.prefix(19).map { character in
            character == "T" ? "_" : character == ":" ? "-" : String(character)
        }
        return key.replacing("{datetime}", with: time.joined()).replacing("{uuid}", with: order.id)
    }

    private func missing(_ what: String) -> BucketError {
        BucketError(.invalidArgument, "the S3 deploy action \(order.name) needs \(what)")
    }

    private static func failure(_ error: BucketError) -> ActionOutcome {
        switch error.code {
        case .noSuchBucket, .keyTooLong, .invalidArgument: .failed(.configurationError, error.message)
        case .damaged: .failed(.jobFailed, error.message)
        default: .failed(.systemUnavailable, error.message)
        }
    }
}
