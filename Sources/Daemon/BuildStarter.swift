// SPDX-License-Identifier: Apache-2.0

internal import Batches
internal import Builds
internal import Control
internal import Files
internal import Git
internal import Glibc
internal import Journals
internal import Processes
internal import Repositories
internal import WireWords

/// Brings a journalled build to life: folder, workspace, supervisor.
///
/// Blocking; may be done again after a crash at any point.
struct BuildStarter: Sendable {
    /// What is to be started.
    struct Order: Sendable {
        let record: BuildRecord
        /// Nil when the repository has been removed.
        let repository: RepositoryRecord?
        let environment: [EnvironmentVariable]
    }

    /// Why there is no supervisor.
    enum Failure: Error, Sendable {
        /// The source cannot be had; the build has failed.
        case source(String)
        /// A person stopped it before it began.
        case stopped
        /// Nacre or the machine is at fault.
        case fault(String)
    }

    let home: Home
    let launcher: BuildLauncher
    let machineEnvironment: [String: String]

    /// Starts the supervisor and fills the workspace while that starts.
    func start(_ order: Order) throws(Failure) -> SupervisedProcess {
        let record = order.record
        let folder = home.build(record.id)
        guard let repository = order.repository else {
            throw .source("the repository has been removed from Nacre; add it again and push")
        }
        guard let commit = ObjectID(hex: record.commit) else { throw .fault("\(record.commit) is not a commit id") }
        do throws(BuildError) {
            let launched = try launcher.launch(folder)
            let started = Timestamp.now()
            do throws(BuildError) {
                try fill(folder, with: commit, record, repository)
                let request = request(for: order, in: folder, repository, startedAt: started)
                try launched.begin(request, secrets: BuildSecrets.resolve(request, in: home))
            } catch {
                launched.abandon()
                throw error
            }
            return SupervisedProcess(launched.releaseHandle())
        } catch {
            if error.code == .badFolder { throw .source(error.message) }
            throw .fault(error.message)
        }
    }

    private func fill(
        _ folder: BuildFolder,
        with commit: ObjectID,
        _ record: BuildRecord,
        _ repository: RepositoryRecord
    ) throws(BuildError) {
        do throws(GitError) {
            // What an earlier daemon left of it when it crashed.
            try? Folder.remove(folder.source())
            try? Folder.make(folder.source())
            let git = try GitRepository.open(bare: repository.path)
            _ = try git.checkout(commit, to: folder.source())
        } catch {
            // What the machine did not let us write is our failure, what the repository did not give is the push's.
            throw BuildError(error.code == .fileSystem ? .system : .badFolder, Self.describe(error, record, repository))
        }
    }

    private func request(
        for order: Order,
        in folder: BuildFolder,
        _ repository: RepositoryRecord,
        startedAt: Timestamp
    ) -> BuildRequest {
        let record = order.record
        let branch = BranchPatterns.branch(ofRef: record.ref) ?? record.ref
        var request = BuildRequest(
            id: record.id,
            number: Int(record.number),
            initiator: record.initiator,
            source: BuildRequest.Source(
                directory: folder.source(),
                type: "CODECOMMIT",
                location: repository.path,
                version: branch,
                resolvedVersion: record.commit
            ),
            at: Timestamp(milliseconds: record.queuedAt)
        )
        request.startedAt = startedAt
        request.overrides = order.environment
        request.machineEnvironment = machineEnvironment
        request.cache = home.cache(of: record.id.project)
        request.attempt = BuildRequest.Attempt(number: Int(record.attempt), previous: record.retryOf)
        SettingsText.read(record.settings).apply(to: &request)
        if let batch = record.batch.flatMap(BuildID.init), let item = BatchProgress.item(of: record) {
            item.apply(to: &request, batch: batch)
        }
        if let buildspec = record.buildspec { request.buildspec = .inline(buildspec) }
        request.push = BuildRequest.Push(
            ref: record.ref,
            previousCommit: record.previousCommit ?? String(repeating: "0", count: 40)
        )
        return request
    }

    private static func describe(_ error: GitError, _ record: BuildRecord, _ repository: RepositoryRecord) -> String {
        "commit \(record.commit) of \(record.ref) cannot be checked out from \(repository.path): \(error)"
    }
}
