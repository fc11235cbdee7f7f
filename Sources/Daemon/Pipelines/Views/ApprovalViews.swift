// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Builds
internal import Control
internal import Digests
internal import Git
internal import JSON
internal import Journals
internal import Pipelines
internal import Reports
internal import WireWords
internal import Zips

/// Collects what a person sees who is asked to approve an execution.
struct ApprovalViews: Sendable {
    /// Commits of a source that are named.
    private static let commitLimit = 20
    /// Reports of an artifact that are read, and the most bytes of each.
    private static let fileLimit = 50
    private static let fileBytes = 256 << 10
    /// Entries of an artifact that are looked through; a larger one is no place for reports.
    private static let entryLimit = 200_000
    private static let metricLimit = 500
    /// Bytes of a build's kept reports.
    private static let reportBytes = 64 << 20

    let home: Home
    let artifacts: ArtifactStore
    /// The path of the bare repository of a source action; nil where it is not here.
    let repository: @Sendable (ActionExecution) async -> String?
    private let thread = BlockingQueue(label: "nacre.approvals")
    /// Apart from those of pushes, which do not wait for a history.
    private let threads = RepositoryThreads()

    init(
        home: Home,
        artifacts: ArtifactStore,
        repository: @escaping @Sendable (ActionExecution) async -> String?
    ) {
        self.home = home
        self.artifacts = artifacts
        self.repository = repository
    }

    /// The view of an execution.
    /// - Parameters:
    ///   - execution: the one that waits, or any other.
    ///   - others: executions of the same pipeline.
    ///   - definition: the pipeline's.
    /// - Returns: all that could be found; its notes tell what could not.
    func view(
        of execution: PipelineExecution,
        among others: [PipelineExecution],
        definition: PipelineDefinition
    ) async -> ApprovalView {
        let live = LiveExecution.find(for: execution, among: others, definition: definition)
        var view = ApprovalView(execution)
        view.questions = Self.questions(of: execution)
        view.live = live.map { ApprovalView.Live(id: $0.execution.id, number: $0.execution.number, since: $0.since) }
        view.sources = await sources(of: execution, since: live?.execution)
        let old = live?.execution
        view = await thread.run { [view] in
            var view = view
            addArtifacts(of: execution, beside: old, to: &view)
            addMetrics(of: execution, beside: old, to: &view)
            addReports(of: execution, beside: old, to: &view)
            return view
        }
        for (namespace, values) in execution.outputVariables.sorted(by: { $0.key < $1.key }) {
            // Those of sources are told by the commits.
            if Self.isSource(namespace, of: execution) { continue }
            for (name, value) in values.sorted(by: { $0.key < $1.key }) {
                let before = old?.outputVariables[namespace]?[name]
                view.variables.append(
                    ApprovalView.Variable(namespace: namespace, name: name, value: value, live: before)
                )
            }
        }
        return view
    }

    private static func questions(of execution: PipelineExecution) -> [ApprovalView.Question] {
        execution.stages.flatMap { stage in
            stage.actions.compactMap { action in
                guard action.type.category == "Approval", action.status == .inProgress, let token = action.token else {
                    return nil
                }
                var question = ApprovalView.Question(
                    stage: stage.name,
                    action: action.name,
                    token: token,
                    since: action.startedAt
                )
                question.deadline = action.deadline
                question.customData = action.resolvedConfiguration["CustomData"]
                question.externalEntityLink = action.resolvedConfiguration["ExternalEntityLink"]
                return question
            }
        }
    }

    private static func isSource(_ namespace: String, of execution: PipelineExecution) -> Bool {
        execution.stages.first?.actions.contains { $0.namespace == namespace } ?? false
    }

    // MARK: - Sources

    private func sources(
        of execution: PipelineExecution,
        since live: PipelineExecution?
    ) async -> [ApprovalView.Source] {
        var result: [ApprovalView.Source] = []
        for (action, revision) in execution.revisions.sorted(by: { $0.key < $1.key }) {
            let old = live?.revisions[action]
            var source = ApprovalView.Source(action: action, revision: revision, live: old)
            if let attempt = execution.stages.first?.latest(action), revision.type == "COMMIT_ID" {
                if let path = await repository(attempt) {
                    source = await commits(source, at: path)
                } else {
                    source.note = "its repository is not here any more"
                }
            }
            result.append(source)
        }
        return result
    }

    private func commits(_ source: ApprovalView.Source, at path: String) async -> ApprovalView.Source {
        do {
            return try await threads.run(path, within: RepositoryThreads.readingLimit) {
                Self.commits(source, in: path)
            }
        } catch {
            var source = source
            source.note = "the commit cannot be read: \(error)"
            return source
        }
    }

    /// Blocking.
    private static func commits(_ source: ApprovalView.Source, in path: String) -> ApprovalView.Source {
        var source = source
        guard let new = ObjectID(hex: source.revision.id) else { return source }
        do throws(GitError) {
            let git = try GitRepository.open(bare: path)
            guard let old = source.live.flatMap({ ObjectID(hex: $0.id) }) else {
                source.commits = [commit(try git.commit(new))]
                return source
            }
            if old == new { return source }
            do throws(GitError) {
                let history = try git.history(of: new, since: old, limit: commitLimit)
                source.commits = history.commits.map(commit)
                source.moreCommits = history.more
                let lost = try git.history(of: old, since: new, limit: 0)
                source.lostCommits = lost.more
            } catch {
                // The live commit may have been thrown away by a forced push.
                source.commits = [commit(try git.commit(new))]
                source.note = "the changes since the live commit cannot be told: \(error)"
            }
        } catch {
            source.note = "the commit cannot be read: \(error)"
        }
        return source
    }

    private static func commit(_ commit: GitCommit) -> ApprovalView.Source.Commit {
        ApprovalView.Source.Commit(
            id: commit.id.hex,
            author: "\(commit.author.name) <\(commit.author.email)>",
            at: commit.time.multipliedReportingOverflow(by: 1000).partialValue,
            summary: commit.summary
        )
    }

    // MARK: - Artifacts and metrics

    private func addArtifacts(
        of execution: PipelineExecution,
        beside live: PipelineExecution?,
        to view: inout ApprovalView
    ) {
        view.artifacts = execution.artifacts.values.sorted { $0.name < $1.name }.map {
            ApprovalView.Artifact($0, live: live?.artifacts[$0.name])
        }
    }

    private func addMetrics(
        of execution: PipelineExecution,
        beside live: PipelineExecution?,
        to view: inout ApprovalView
    ) {
        var notes: [String] = []
        let new = reports(in: execution, &notes)
        // What the live one lacks is not worth a note here.
        var ignored: [String] = []
        // What this execution has not made yet is not gone; a report that was packed once more is told once.
        let old = (live.map { reports(in: $0, &ignored) } ?? [:]).filter { key, _ in
            execution.artifacts[key.artifact] != nil && !isCopy(key.artifact, key.file, new)
        }
        let all = MetricReport.compare(new, with: old)
        // Numbers first where not all can be told.
        let kept = all.count <= Self.metricLimit ? all : Array(all.filter(\.isNumber).prefix(Self.metricLimit))
        view.metrics = kept
        view.moreMetrics = all.count - kept.count + new.values.reduce(0) { $0 + $1.moreLeaves }
        view.notes += notes
    }

    /// Whether a file of this name is among the reports, but of another artifact.
    private func isCopy(_ artifact: String, _ file: String, _ reports: [MetricReport.Key: MetricReport]) -> Bool {
        let holders = reports.keys.filter { $0.file == file }.map(\.artifact)
        return !holders.isEmpty && !holders.contains(artifact)
    }

    /// The JSON reports in the artifacts that builds have made; of equal files the one that was made first.
    private func reports(
        in execution: PipelineExecution,
        _ notes: inout [String]
    ) -> [MetricReport.Key: MetricReport] {
        let sources = Set(execution.stages.first?.actions.flatMap { $0.output.artifacts.map(\.name) } ?? [])
        var result: [MetricReport.Key: MetricReport] = [:]
        for artifact in execution.artifactsInOrder {
            // A repository's own files are no results.
            if sources.contains(artifact.name) { continue }
            guard let digest = SHA256Digest(hex: artifact.digest) else { continue }
            guard artifacts.contains(digest) else {
                notes.append("the artifact \(artifact.name) is not kept any more")
                continue
            }
            // Each entry has its own checksum; all of a large model need not be read for a few numbers.
            let limits = ZipLimits(entries: Self.entryLimit)
            guard let archive = try? ZipArchive(artifacts.path(for: digest), limits: limits) else { continue }
            let files = archive.entries.filter { entry in
                entry.kind == .file && entry.path.hasSuffix(".json") && entry.size <= Self.fileBytes
            }
            for entry in files.prefix(Self.fileLimit) {
                guard let bytes = try? archive.content(of: entry, limit: Self.fileBytes),
                    let value = try? JSONText.parse(bytes)
                else { continue }
                let report = MetricReport(value)
                if report.leaves.isEmpty { continue }
                let isCopy = result.contains { key, other in key.file == entry.path && other == report }
                if isCopy { continue }
                result[MetricReport.Key(artifact: artifact.name, file: entry.path)] = report
            }
            if files.count > Self.fileLimit {
                notes.append(
                    "of the \(files.count) JSON files in \(artifact.name) the first \(Self.fileLimit) are read"
                )
            }
        }
        return result
    }

    // MARK: - Tests

    private func addReports(
        of execution: PipelineExecution,
        beside live: PipelineExecution?,
        to view: inout ApprovalView
    ) {
        let old = live.map(testReports) ?? []
        view.reports = testReports(of: execution).map { report in
            var report = report
            report.live = old.first { $0.action == report.action && $0.name == report.name }?.totals
            return report
        }
    }

    private func testReports(of execution: PipelineExecution) -> [ApprovalView.TestReport] {
        execution.stages.flatMap { stage -> [ApprovalView.TestReport] in
            var names: Set<String> = []
            // The last attempt of each action counts.
            let latest = stage.actions.reversed().filter { names.insert($0.name).inserted }.reversed()
            return latest.flatMap { action -> [ApprovalView.TestReport] in
                guard ["Build", "Test", "Compute"].contains(action.type.category),
                    let id = action.output.externalID.flatMap({ BuildID($0) }),
                    let files = try? ReportFile.read(home.build(id).reports, limit: Self.reportBytes)
                else { return [] }
                return files.map { file in
                    ApprovalView.TestReport(
                        action: "\(stage.name)/\(action.name)",
                        name: file.report.name,
                        status: file.report.status.rawValue,
                        totals: ReportText.totals(of: file.report)
                    )
                }
            }
        }
    }
}
