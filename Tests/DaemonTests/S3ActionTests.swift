// SPDX-License-Identifier: Apache-2.0

import Artifacts
import Buckets
import Control
import Digests
import Files
import Foundation
import Pipelines
import Synchronization
import TestSupport
import Testing
import Zips

@testable import Daemon

@Suite("Actions on buckets", .scratchDirectory, .timeLimit(.minutes(40)))
struct S3ActionTests {
    private let path: String
    private let artifacts: ArtifactStore

    init() throws {
        path = "\(ScratchDirectory.path)/buckets.db"
        artifacts = try ArtifactStore("\(ScratchDirectory.path)/artifacts")
    }

    private func store() throws -> BucketStore { try BucketStore.open(path: path, artifacts: artifacts) }

    private func write(_ text: String) throws -> String {
        let path = "\(ScratchDirectory.path)/\(UUID().uuidString)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// An artifact of these files.
    private func artifact(_ files: [ZipInput]) throws -> ArtifactReference {
        let path = "\(ScratchDirectory.path)/\(UUID().uuidString).zip"
        let summary = try ZipWriter().write(files, to: path)
        try artifacts.add(fileAt: path, digest: summary.digest)
        return ArtifactReference(name: "Site", digest: summary.digest.hex, size: Int64(summary.bytes), key: "k")
    }

    private func run(_ provider: some ActionProvider, _ order: ActionOrder) async -> ActionOutcome {
        await provider.run(order, ActionProgress { _ in })
    }

    // MARK: - The source

    private var source: S3SourceProvider { S3SourceProvider(buckets: path, artifacts: artifacts) }

    private func sourceOrder(
        _ configuration: [String: String] = ["S3Bucket": "data", "S3ObjectKey": "a/model.zip"],
        revision: SourceRevision? = nil
    ) -> ActionOrder {
        var order = ActionFixture.order("S3", configuration, category: "Source", outputs: ["Model"])
        order.revision = revision
        return order
    }

    @Test("the source gives the newest version, or the pinned one, without a copy")
    func sourceVersions() async throws {
        let store = try store()
        try store.create("data", at: 1)
        let options = PutOptions(metadata: ["codepipeline-artifact-revision-summary": "model of May"])
        let first = try store.put(fileAt: write("1"), as: "a/model.zip", in: "data", options: options, at: 1)
        let second = try store.put(fileAt: write("22"), as: "a/model.zip", in: "data", at: 2)
        let newest = await run(source, sourceOrder())
        #expect(newest.failure == nil)
        let artifact = try #require(newest.output.artifacts.first)
        #expect(artifact.digest == second.content.digest.hex)
        #expect(artifact.size == 2)
        #expect(artifact.name == "Model")
        #expect(artifact.key == "shop/Model/1234567")
        #expect(newest.output.variables["VersionId"] == second.versionID)
        #expect(newest.output.variables["ETag"] == "b6d767d2f8ed5d21a44b0e5886680cb9")
        #expect(newest.output.variables["BucketName"] == "data")
        #expect(newest.output.variables["ObjectKey"] == "a/model.zip")
        #expect(newest.output.externalID == second.versionID)
        #expect(newest.output.revision?.summary == "Amazon S3 version id: \(second.versionID)")
        let pin = SourceRevision(type: "S3_OBJECT_VERSION_ID", id: first.versionID)
        let pinned = await run(source, sourceOrder(revision: pin))
        #expect(pinned.output.artifacts.first?.digest == first.content.digest.hex)
        #expect(pinned.output.revision?.id == first.versionID)
        #expect(pinned.output.summary == "model of May")
    }

    @Test("another key is taken only where the configuration allows it")
    func otherKey() async throws {
        let store = try store()
        try store.create("data", at: 1)
        try store.put(fileAt: write("1"), as: "a/model.zip", in: "data", at: 1)
        let other = try store.put(fileAt: write("2"), as: "other", in: "data", at: 1)
        let pin = SourceRevision(type: "S3_OBJECT_KEY", id: "other")
        var configuration = ["S3Bucket": "data", "S3ObjectKey": "a/model.zip", "AllowOverrideForS3ObjectKey": "true"]
        let allowed = await run(source, sourceOrder(configuration, revision: pin))
        #expect(allowed.output.revision?.id == other.versionID)
        configuration["AllowOverrideForS3ObjectKey"] = "false"
        let refused = await run(source, sourceOrder(configuration, revision: pin))
        #expect(refused.output.variables["ObjectKey"] == "a/model.zip")
    }

    @Test("what is missing fails the source with what to do")
    func sourceFailures() async throws {
        let none = await run(source, sourceOrder())
        #expect(none.failure?.code == .configurationError)
        #expect(none.failure?.message.contains("nacre bucket create data") == true)
        #expect(!FileManager.default.fileExists(atPath: path))
        let store = try store()
        try store.create("data", isVersioned: false, at: 1)
        let unversioned = await run(source, sourceOrder())
        #expect(unversioned.failure?.message.contains("nacre bucket versioning data on") == true)
        try store.setVersioned("data", true)
        let noKey = await run(source, sourceOrder())
        #expect(noKey.failure?.code == .configurationError)
        #expect(noKey.failure?.message.contains("nacre bucket put data a/model.zip FILE") == true)
        let object = try store.put(fileAt: write("1"), as: "a/model.zip", in: "data", at: 1)
        let pin = SourceRevision(type: "S3_OBJECT_VERSION_ID", id: "gone")
        #expect(await run(source, sourceOrder(revision: pin)).failure?.code == .revisionUnavailable)
        #expect(await run(source, sourceOrder(["S3Bucket": "data"])).failure?.code == .configurationError)
        try FileManager.default.removeItem(atPath: artifacts.path(for: object.content.digest))
        #expect(await run(source, sourceOrder()).failure?.code == .revisionUnavailable)
    }

    @Test("an execution is pinned to the newest version, or to one that was asked for")
    func pinning() async throws {
        var action = ActionDeclaration(name: "Source", type: ActionTypeID(category: "Source", provider: "S3"))
        action.configuration = ["S3Bucket": "data", "S3ObjectKey": "key"]
        #expect(await source.head(of: action) == nil)
        let store = try store()
        try store.create("data", at: 1)
        let first = try store.put(fileAt: write("1"), as: "key", in: "data", at: 1)
        let second = try store.put(fileAt: write("2"), as: "key", in: "data", at: 1)
        #expect(await source.head(of: action)?.id == second.versionID)
        #expect(try await source.revision(first.versionID, of: action).id == first.versionID)
        await #expect(throws: ControlFailure.self) { try await source.revision("gone", of: action) }
    }

    // MARK: - The deployment

    private func deployOrder(_ configuration: [String: String], _ input: ArtifactReference?) -> ActionOrder {
        ActionFixture.order("S3", configuration, category: "Deploy", inputs: input.map { [$0] } ?? [])
    }

    private var deployment: S3DeployProvider { S3DeployProvider(buckets: path, artifacts: artifacts) }

    private func site() throws -> ArtifactReference {
        try artifact([
            ZipInput(path: "index.html", source: .bytes(Array("<p>".utf8))),
            ZipInput(path: "css/a.css", source: .bytes(Array("p {}".utf8))),
        ])
    }

    @Test("each file becomes an object; the same order again makes no further version, another one does")
    func extract() async throws {
        let store = try store()
        try store.create("site", at: 1)
        let told = Mutex(0)
        let progress = ActionProgress(
            tell: { _ in },
            objectsPut: { told.withLock { $0 += 1 } }
        )
        let input = try site()
        let order = deployOrder(["BucketName": "site", "Extract": "true", "ObjectKey": "v1"], input)
        let outcome = await deployment.run(order, progress)
        #expect(outcome.failure == nil)
        #expect(outcome.output.summary == "put 2 files into site/v1/")
        #expect(told.withLock { $0 } == 1)
        let objects = try store.list("site").objects
        #expect(objects.map(\.key) == ["v1/css/a.css", "v1/index.html"])
        #expect(objects.map(\.content.contentType) == ["text/css", "text/html"])
        #expect(try objects.map { String(decoding: try store.open($0).readToEnd(), as: UTF8.self) } == ["p {}", "<p>"])
        #expect(await run(deployment, order).failure == nil)
        #expect(try store.versions(in: "site").count == 2)
        _ = await run(deployment, deployOrder(["BucketName": "site", "Extract": "true", "ObjectKey": "v1/"], input))
        #expect(try store.versions(in: "site").count == 4)
        _ = await run(deployment, deployOrder(["BucketName": "site", "Extract": "true"], input))
        #expect(try store.list("site").objects.count == 4)
    }

    @Test("an artifact becomes one object; {datetime} and {uuid} are the same when the order comes again")
    func whole() async throws {
        let store = try store()
        try store.create("site", at: 1)
        let input = try site()
        let key = "releases/{datetime}/{uuid}.zip"
        let order = deployOrder(["BucketName": "site", "Extract": "false", "ObjectKey": key], input)
        let outcome = await run(deployment, order)
        #expect(outcome.failure == nil)
        let object = try #require(try store.list("site").objects.first)
        #expect(object.key.wholeMatch(of: /releases\/\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\/[0-9a-f-]{36}\.zip/) != nil)
        #expect(object.content.digest.hex == input.digest)
        #expect(outcome.output.externalID == object.versionID)
        // Later the clock would say something else.
        _ = await BlockingQueue(label: "test").run {
            var again = S3Deployment(order, buckets: path, artifacts: artifacts, at: 4_000_000_000_000)
            again.run { false }
            return again.count
        }
        #expect(try store.versions(in: "site").map(\.versionID) == [object.versionID])
    }

    @Test("what cannot be deployed fails with what to do")
    func deployFailures() async throws {
        let input = try site()
        let configuration = ["BucketName": "site", "Extract": "true"]
        let noBucket = await run(deployment, deployOrder(configuration, input))
        #expect(noBucket.failure?.code == .configurationError)
        #expect(noBucket.failure?.message.contains("nacre bucket create site") == true)
        let store = try store()
        try store.create("site", at: 1)
        #expect(await run(deployment, deployOrder(configuration, nil)).failure?.code == .configurationError)
        #expect(
            await run(deployment, deployOrder(["BucketName": "site", "Extract": "false"], input)).failure?.code
                == .configurationError
        )
        let plain = try store.put(fileAt: write("no zip"), as: "plain", in: "site", at: 1)
        let notZip = ArtifactReference(name: "Plain", digest: plain.content.digest.hex, size: 6, key: "k")
        let refused = await run(deployment, deployOrder(configuration, notZip))
        #expect(refused.failure?.code == .configurationError)
        #expect(refused.failure?.message.hasPrefix("the artifact Plain cannot be extracted: ") == true)
        #expect(try store.list("site").objects.map(\.key) == ["plain"])
    }

    @Test("a deployment that is stopped puts nothing more")
    func stopped() async throws {
        try store().create("site", at: 1)
        let order = deployOrder(["BucketName": "site", "Extract": "true"], try site())
        var deployment = S3Deployment(order, buckets: path, artifacts: artifacts, at: 1)
        var asked = 0
        deployment.run {
            asked += 1
            return asked > 1
        }
        #expect(deployment.outcome.failure?.code == .jobFailed)
        #expect(deployment.count == 1)
    }
}
