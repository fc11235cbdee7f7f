// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Builds
internal import Digests
internal import Git
internal import JSON
internal import Journals
internal import Pipelines
internal import Repositories
internal import Zips

/// Source actions on git repositories: CodeCommit, connections, GitHub.
///
/// The commit's files become a zip: no `.git`, no submodules, executable bits and links kept; pointers of LFS stay pointers.
struct GitSourceProvider: ActionProvider {
    /// AWS takes 100 KB of a commit's message.
    private static let messageLimitBytes = 100_000

    let sources: GitSources
    let archives: SourceArchives
    /// How many archives are made at once.
    let places: Places
    /// Where they are made: apart from the short readings, which do not wait for an archive.
    private let threads = RepositoryThreads()

    init(sources: GitSources, archives: SourceArchives, places: Places) {
        self.sources = sources
        self.archives = archives
        self.places = places
    }

    func run(_ order: ActionOrder, _ progress: ActionProgress) async -> ActionOutcome {
        // Nothing is begun that would have to be ended.
        if Task.isCancelled { return ActionOutcome() }
        guard let settings = GitSourceSettings(provider: order.type.provider, configuration: order.configuration) else {
            let keys = GitSourceSettings.requiredKeys(of: order.type.provider)
            return .failed(.configurationError, "The action \(order.name) lacks \(keys)")
        }
        do throws(GitSources.Problem) {
            let repository = try await sources.repository(of: settings)
            return try await places.run { () async throws(GitSources.Problem) in
                try await threads.run(repository.path) { () throws(GitSources.Problem) in
                    try deliver(order, settings, from: repository)
                }
            }
        } catch {
            return ActionOutcome(failure: error.failure)
        }
    }

    /// Blocking.
    private func deliver(
        _ order: ActionOrder,
        _ settings: GitSourceSettings,
        from repository: RepositoryRecord
    ) throws(GitSources.Problem) -> ActionOutcome {
        do {
            let git = try GitRepository.open(bare: repository.path)
            let commit = try self.commit(for: order, settings, in: git)
            var output = ActionOutput()
            output.externalID = commit.id.hex
            output.summary = String(commit.message.trimmedEnd.prefix(2048))
            output.revision = GitSources.revision(commit, reference: order.revision?.reference)
            output.variables = variables(of: commit, settings, reference: order.revision?.reference)
            if settings.kind == .gitHub { output.revision?.url = output.variables["CommitUrl"] }
            for wanted in order.outputs {
                let archive = try archive(of: commit, order, settings, repository, git)
                output.artifacts.append(
                    ArtifactReference(
                        name: wanted.name,
                        digest: archive.digest.hex,
                        size: archive.size,
                        key: wanted.key
                    )
                )
            }
            return ActionOutcome(output: output)
        } catch let problem as GitSources.Problem {
            throw problem
        } catch let error as GitError where error.code == .unsafeEntry || error.code == .tooLarge {
            throw GitSources.Problem(.jobFailed, "The source cannot be put into an artifact: \(error)")
        } catch {
            throw GitSources.Problem(.systemUnavailable, "The source \(repository.name) cannot be delivered: \(error)")
        }
    }

    private func commit(
        for order: ActionOrder,
        _ settings: GitSourceSettings,
        in git: GitRepository
    ) throws -> GitCommit {
        guard let pinned = order.revision else {
            guard let head = try git.target(of: settings.ref.text) else {
                throw GitSources.missingBranch(settings, in: git)
            }
            return try git.commit(head)
        }
        if let id = ObjectID(hex: pinned.id), let found = try git.commitID(of: id) { return try git.commit(found) }
        throw GitSources.Problem(
            .revisionUnavailable,
            "The commit \(pinned.id), which the execution is pinned to, is not in the repository \(settings.repository) "
                + "any more"
        )
    }

    private func archive(
        of commit: GitCommit,
        _ order: ActionOrder,
        _ settings: GitSourceSettings,
        _ repository: RepositoryRecord,
        _ git: GitRepository
    ) throws -> SourceArchives.Archive {
        switch settings.format {
        case .zip: return try archives.archive(of: commit, in: git, name: order.id)
        case .cloneReference:
            let reference = CloneReference(
                repositoryName: repository.name,
                branch: Self.shortName(order.revision?.reference) ?? settings.branch,
                commitId: commit.id.hex,
                cloneUrl: repository.path
            )
            return try archives.archive(
                of: try JSONText.encode(reference),
                named: CloneReference.fileName,
                name: order.id
            )
        }
    }

    // MARK: - Variables

    private func variables(
        of commit: GitCommit,
        _ settings: GitSourceSettings,
        reference: String?
    ) -> [String: String] {
        var result = [
            "CommitId": commit.id.hex,
            "CommitMessage": Self.cut(commit.message.trimmedEnd),
            "AuthorDate": Self.date(commit.author),
            "BranchName": settings.branch,
        ]
        if let name = Self.shortName(reference) {
            result[reference?.utf8.starts(with: "refs/tags/".utf8) ?? false ? "TagName" : "BranchName"] = name
        }
        switch settings.kind {
        case .codeCommit:
            result["RepositoryName"] = settings.repository
            result["CommitterDate"] = Self.date(commit.committer)
        case .connection:
            result["FullRepositoryName"] = settings.repository
        case .gitHub:
            result["RepositoryName"] = settings.repository.split(separator: "/").last.map { String($0) }
            result["CommitterDate"] = Self.date(commit.committer)
            result["CommitUrl"] = "https://github.com/\(settings.repository)/commit/\(commit.id.hex)"
        }
        return result
    }

    /// `2019-10-30T03:32:21Z`.
    private static func date(_ signature: GitCommit.Signature) -> String {
        // From year 0 to 9999: what a commit says may be absurd.
        let second = min(max(signature.time, -62_167_219_200), 253_402_300_799)
        return String(Timestamp(milliseconds: second * 1000).text.prefix(19)) + "Z"
    }

    private static func shortName(_ ref: String?) -> String? {
        for prefix in ["refs/heads/", "refs/tags/"] {
            if let ref, ref.utf8.starts(with: prefix.utf8) {
                return String(Substring(ref.utf8.dropFirst(prefix.utf8.count)))
            }
        }
        return nil
    }

    /// The beginning of a text, whole characters only.
    private static func cut(_ text: String) -> String {
        if text.utf8.count <= messageLimitBytes { return text }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: messageLimitBytes)
        while end > text.startIndex, end.samePosition(in: text) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end])
    }
}

extension String {
    /// Without the line ends at the end.
    fileprivate var trimmedEnd: String {
        var text = Substring(self)
        while text.last?.isNewline ?? false { text.removeLast() }
        return String(text)
    }
}
