// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Git
internal import Journals
internal import Pipelines
internal import Repositories

/// The git repositories that source actions are about.
struct GitSources: SourcePinning {
    /// What keeps a source from being read.
    struct Problem: Error, Sendable {
        let failure: ActionFailure

        init(_ code: ActionFailure.Code, _ message: String) {
            failure = ActionFailure(code, message)
        }
    }

    let journal: JournalStore
    let refs: RepositoryThreads

    // MARK: - Pinning

    func head(of action: ActionDeclaration) async -> SourceRevision? {
        guard let settings = GitSourceSettings(action), let repository = try? await repository(of: settings) else {
            return nil
        }
        let revision = try? await refs.run(repository.path, within: RepositoryThreads.readingLimit) {
            () -> SourceRevision? in
            let git = try GitRepository.open(bare: repository.path)
            return try git.target(of: settings.ref.text).map { Self.revision(try git.commit($0)) }
        }
        return revision ?? nil
    }

    func revision(_ id: String, of action: ActionDeclaration) async throws(ControlFailure) -> SourceRevision {
        func refuse(_ message: String) -> ControlFailure {
            ControlFailure(.invalid, message, exception: "ValidationException")
        }
        guard let settings = GitSourceSettings(action) else {
            throw refuse(
                "the source `\(action.name)` lacks \(GitSourceSettings.requiredKeys(of: action.type.provider))"
            )
        }
        let repository: RepositoryRecord
        do throws(Problem) {
            repository = try await self.repository(of: settings)
        } catch {
            throw refuse(error.failure.message)
        }
        let wanted = "commit \(id), which \(action.name) was to be pinned to"
        let found: SourceRevision?
        do {
            found = try await refs.run(repository.path, within: RepositoryThreads.readingLimit) {
                let git = try GitRepository.open(bare: repository.path)
                return try git.commitID(abbreviated: id).map { Self.revision(try git.commit($0)) }
            }
        } catch {
            throw refuse("the repository \(repository.name) cannot be asked for \(wanted): \(error)")
        }
        guard let found else { throw refuse("the repository \(repository.name) has no \(wanted)") }
        return found
    }

    /// What an execution is pinned to by a commit.
    static func revision(_ commit: GitCommit, reference: String? = nil) -> SourceRevision {
        SourceRevision(
            type: "COMMIT_ID",
            id: commit.id.hex,
            summary: commit.summary,
            author: "\(commit.author.name) <\(commit.author.email)>",
            reference: reference
        )
    }

    // MARK: - Repositories

    /// The repository that an action names.
    func repository(of settings: GitSourceSettings) async throws(Problem) -> RepositoryRecord {
        let found: (repository: RepositoryRecord?, isMapped: Bool)
        do throws(JournalError) {
            found = try await journal.use { journal throws(JournalError) in
                let mapping = try journal.resource(kind: RepositoryMapping.kind, name: settings.repository)
                let mappings = mapping.map { [$0.name: RepositoryMapping.repository(in: $0.body)] } ?? [:]
                for name in RepositoryMapping.candidates(settings, mappings: mappings) {
                    if let found = try journal.repository(named: name) { return (found, true) }
                }
                return (nil, mapping != nil)
            }
        } catch {
            throw Problem(.systemUnavailable, error.message)
        }
        guard let repository = found.repository else {
            let hint =
                settings.kind == .codeCommit
                ? "make one with: nacre repo create \(settings.repository)"
                : "say which repository stands for it with: nacre repo map \(settings.repository) NAME"
            throw Problem(
                .configurationError,
                "The action failed because there is no repository \(settings.repository) here; \(hint)"
            )
        }
        return repository
    }

    /// AWS's message for a branch that is not there, with those that are.
    static func missingBranch(
        _ settings: GitSourceSettings,
        in git: GitRepository
    ) -> Problem {
        let branches = ((try? git.references(under: "refs/heads/"))?.direct ?? []).map {
            String(Substring($0.name.utf8.dropFirst("refs/heads/".utf8.count)))
        }
        let shown = branches.prefix(10).joined(separator: ", ") + (branches.count > 10 ? ", …" : "")
        let existing = branches.isEmpty ? "It has no branches yet." : "Its branches: \(shown)."
        let message =
            switch settings.kind {
            case .codeCommit:
                "The action failed because no branch named \(settings.branch) was found in the selected AWS CodeCommit "
                    + "repository \(settings.repository). Make sure you are using the correct branch name, and then try "
                    + "again. Error: null"
            case .connection, .gitHub:
                "[GitHub] No Branch [\(settings.branch)] found for FullRepositoryName [\(settings.repository)]"
            }
        return Problem(.configurationError, "\(message). \(existing)")
    }
}
