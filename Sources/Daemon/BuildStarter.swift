// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
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
        /// Nil when the repository has been removed, and for a build of an action.
        let repository: RepositoryRecord?
        let environment: [EnvironmentVariable]
        /// What a build of an action is filled with; nil for a build of a commit.
        var inputs: ActionInputs?
        /// Those that an artifact may refer to.
        var repositories: [RepositoryRecord] = []
        /// Whether the build is to end before it has begun; asked from several threads, and often.
        let isStopped: @Sendable () -> Bool
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
    let artifacts: ArtifactStore
    let machineEnvironment: [String: String]

    /// Starts the supervisor and fills the workspace while that starts.
    func start(_ order: Order) throws(Failure) -> SupervisedProcess {
        let folder = home.build(order.record.id)
        do throws(BuildError) {
            let launched = try launcher.launch(folder)
            let started = Timestamp.now()
            do throws(BuildError) {
                let sources = try fill(folder, order)
                let request = request(for: order, sources, startedAt: started)
                try launched.begin(request, secrets: BuildSecrets.resolve(request, in: home))
            } catch {
                launched.abandon()
                throw error
            }
            return SupervisedProcess(launched.releaseHandle())
        } catch {
            if order.isStopped() { throw .stopped }
            if error.code == .badFolder { throw .source(error.message) }
            throw .fault(error.message)
        }
    }

    // MARK: - The workspace

    /// - Returns: the sources, the primary one first.
    private func fill(_ folder: BuildFolder, _ order: Order) throws(BuildError) -> [BuildRequest.Source] {
        if let inputs = order.inputs {
            return try ArtifactSources(
                store: artifacts,
                repositories: order.repositories,
                isStopped: order.isStopped
            ).fill(folder, with: inputs)
        }
        guard let repository = order.repository else {
            throw BuildError(.badFolder, "the repository has been removed from Nacre; add it again and push")
        }
        return [try checkOut(order.record, of: repository, to: folder, order.isStopped)]
    }

    private func checkOut(
        _ record: BuildRecord,
        of repository: RepositoryRecord,
        to folder: BuildFolder,
        _ isStopped: @escaping @Sendable () -> Bool
    ) throws(BuildError) -> BuildRequest.Source {
        guard let commit = ObjectID(hex: record.commit) else {
            throw BuildError(.system, "\(record.commit) is not a commit id")
        }
        do throws(GitError) {
            // What an earlier daemon left of it when it crashed.
            try? Folder.remove(folder.source())
            try? Folder.make(folder.source())
            let git = try GitRepository.open(bare: repository.path)
            _ = try git.checkout(commit, to: folder.source(), isStopped: isStopped)
        } catch {
            // What the machine did not let us write is our failure, what the repository did not give is the push's.
            throw BuildError(error.code == .fileSystem ? .system : .badFolder, Self.describe(error, record, repository))
        }
        return BuildRequest.Source(
            directory: folder.source(),
            type: "CODECOMMIT",
            location: repository.path,
            version: BranchPatterns.branch(ofRef: record.ref) ?? record.ref,
            resolvedVersion: record.commit
        )
    }

    // MARK: - The request

    private func request(
        for order: Order,
        _ sources: [BuildRequest.Source],
        startedAt: Timestamp
    ) -> BuildRequest {
        let record = order.record
        var request = BuildRequest(
            id: record.id,
            number: Int(record.number),
            initiator: record.initiator,
            source: sources[0],
            at: Timestamp(milliseconds: record.queuedAt)
        )
        request.secondarySources = Array(sources.dropFirst())
        request.startedAt = startedAt
        request.overrides = order.environment
        request.machineEnvironment = machineEnvironment
        request.cache = home.cache(of: record.id.project)
        request.attempt = BuildRequest.Attempt(number: Int(record.attempt), previous: record.retryOf)
        SettingsText.read(record.settings).apply(to: &request)
        if let buildspec = record.buildspec { request.buildspec = .inline(buildspec) }
        if let inputs = order.inputs {
            prepare(&request, for: inputs, isInBatch: record.batch != nil)
        } else {
            request.push = BuildRequest.Push(
                ref: record.ref,
                previousCommit: record.previousCommit ?? String(repeating: "0", count: 40)
            )
        }
        if let batch = record.batch.flatMap(BuildID.init), let item = BatchProgress.item(of: record) {
            item.apply(to: &request, batch: batch)
        }
        return request
    }

    /// What an action's build has beside that of a push.
    private func prepare(_ request: inout BuildRequest, for inputs: ActionInputs, isInBatch: Bool) {
        request.buildspec = inputs.buildspec
        // What a batch delivers is taken together from all that its builds make.
        request.outputs = isInBatch ? nil : inputs.outputs
        if inputs.leavesProcesses { request.leavesProcesses = true }
        // A sandbox hides the home, and an image does not have our program.
        guard request.isolation == .none else { return }
        request.machineEnvironment["NACRE_HOME"] = home.path
        let programs = Paths.parent(launcher.executable)
        let path = request.machineEnvironment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        request.machineEnvironment["PATH"] = "\(path):\(programs)"
    }

    private static func describe(_ error: GitError, _ record: BuildRecord, _ repository: RepositoryRecord) -> String {
        let text = "commit \(record.commit) of \(record.ref) cannot be checked out from \(repository.path): \(error)"
        guard error.code == .notFound, let git = try? GitRepository.open(bare: repository.path) else { return text }
        let present: ObjectID?
        do throws(GitError) {
            present = try git.target(of: record.ref)
        } catch {
            return text
        }
        guard let present else { return "\(text); \(record.ref) has been deleted since" }
        if present.hex != record.commit { return "\(text); \(record.ref) points to \(present) now" }
        return "\(text), though \(record.ref) points to it: `git fsck` tells more"
    }
}
