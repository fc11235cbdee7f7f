// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import Diagnostics
internal import Files
internal import Git
internal import JSON
internal import Journals
internal import Repositories

/// Definitions that a repository brings along: applied from its own pushed commit.
extension DefinitionService {
    /// A branch that has moved.
    struct Move: Sendable, Hashable {
        /// The full name.
        let ref: String
        /// Where it stands now, as hexadecimal digits.
        let commit: String
    }

    /// What a push's definition came to.
    struct Pushed: Sendable, Hashable {
        let source: DefinitionSource
        /// For the person who pushed.
        let lines: [String]
    }

    private static let limitBytes = 16 << 20
    /// Problems that are kept and told.
    private static let problemLimit = 10
    /// How many repositories are looked at again at once.
    private static let looksAtOnce = 4

    /// What is known as the origin of what a repository's file declares.
    static func origin(of source: DefinitionSource) -> String { "\(source.repository):\(source.path)" }

    // MARK: - Which file

    /// From now on a file of a repository is applied whenever its branch moves, and at once where the branch is there.
    func setSource(
        _ repository: String,
        path: String?,
        branch: String,
        by person: String
    ) async throws(ControlFailure) -> [DefinitionSource] {
        let record = try await journalled { journal throws(JournalError) in
            try journal.repository(named: repository)
        }
        guard let record else {
            throw ControlFailure(.notFound, "there is no repository `\(repository)`; see `nacre repo list`")
        }
        guard let path else {
            try await journalled { journal throws(JournalError) in
                _ = try journal.removeResource(kind: Kind.source, name: repository)
            }
            return []
        }
        let isInside = !path.isEmpty && !path.hasPrefix("/") && !Paths.names(path).contains("..")
        if !isInside || branch.isEmpty {
            throw ControlFailure(.invalid, "`\(path)` is not the path of a file in a repository, such as pipeline.yml")
        }
        try await keep(DefinitionSource(repository: repository, path: path, branch: branch), by: person)
        parts.log.write(
            .notice,
            "Definition of a repository set",
            ["repository": repository, "path": path, "branch": branch, "by": person]
        )
        _ = await lookAgain(in: record)
        return try await sources().filter { $0.repository == repository }
    }

    /// All sources of definitions.
    func sources() async throws(ControlFailure) -> [DefinitionSource] {
        try await journalled { journal throws(JournalError) in
            try journal.resources(kind: Kind.source).compactMap { Self.decode(DefinitionSource.self, $0.body) }
        }
    }

    /// The branch that brings a repository's definition; nil where none does.
    func sourceRef(of repository: String) async -> RefName? {
        await source(of: repository).map { RefName("refs/heads/\($0.branch)") }
    }

    private func source(of repository: String) async -> DefinitionSource? {
        let record = try? await journalled { journal throws(JournalError) in
            try journal.resource(kind: Kind.source, name: repository)
        }
        return (record ?? nil).flatMap { Self.decode(DefinitionSource.self, $0.body) }
    }

    private func keep(_ source: DefinitionSource, by person: String) async throws(ControlFailure) {
        let body = Self.encode(source)
        let now = Timestamp.now().milliseconds
        try await journalled { journal throws(JournalError) in
            try journal.setResource(
                kind: Kind.source,
                name: source.repository,
                body: body,
                origin: person,
                at: now
            )
        }
    }

    // MARK: - Applying

    /// Applies what was pushed while no daemon ran, or what a crash has cut off.
    ///
    /// Repositories that do not answer are not waited for: theirs is applied when they do.
    func resume() async {
        let records = try? await journalled { journal throws(JournalError) in try journal.repositories() }
        // Ends with the readings, which are each limited in time.
        let looking = Task {
            await withTaskGroup(of: Void.self) { group in
                for (index, record) in (records ?? []).enumerated() {
                    if index >= Self.looksAtOnce { await group.next() }
                    group.addTask { _ = await self.lookAgain(in: record) }
                }
            }
        }
        await looking.end(within: RepositoryThreads.answerLimit)
    }

    /// Applies the file of a repository where its branch is not where it was looked at last, or where that failed.
    func lookAgain(in record: RepositoryRecord) async -> Pushed? {
        guard let source = await source(of: record.name) else { return nil }
        let ref = "refs/heads/\(source.branch)"
        let path = record.path
        let head = try? await parts.refs.run(path, within: RepositoryThreads.readingLimit) {
            try GitRepository.open(bare: path).target(of: ref)?.hex
        }
        guard let commit = head ?? nil, commit != source.commit || source.isOpen == true else { return nil }
        return await refsMoved(in: record, [Move(ref: ref, commit: commit)], by: "nacre")
    }

    /// Applies the file that a push brings, before anything else is decided about the push.
    /// - Returns: nil where the repository brings no definition, or none of these branches does.
    func refsMoved(in record: RepositoryRecord, _ moves: [Move], by person: String) async -> Pushed? {
        guard var source = await source(of: record.name),
            let move = moves.last(where: { RefName($0.ref) == RefName("refs/heads/\(source.branch)") })
        else { return nil }
        // The hook tells of what a scan has seen before it, or the other way round.
        if source.commit == move.commit, source.isOpen != true {
            return Pushed(source: source, lines: Self.refusal(source))
        }
        source.commit = move.commit
        source.isOpen = nil
        source.lookedAt = Timestamp.now().milliseconds
        var lines: [String] = []
        do throws(ControlFailure) {
            let text = try await file(source.path, at: move.commit, of: record)
            let order = DefinitionOrder(files: [DefinitionFile(name: source.path, text: text)])
            let plan = try await apply(order, origin: Self.origin(of: source), by: person)
            source.problems = Self.problems(plan)
            if plan.isApplied {
                source.appliedCommit = move.commit
                lines = [Self.summary(plan, source)]
            }
        } catch {
            source.problems = [error.message]
            // What could not be read or carried out is no fault of the file's, which is looked at again.
            if error.code == .fault { source.isOpen = true }
        }
        if !source.problems.isEmpty {
            lines = Self.refusal(source)
            await tell(source, by: person)
        }
        do throws(ControlFailure) {
            try await keep(source, by: person)
        } catch {
            // It is looked at again when the daemon starts.
            parts.log.write(.error, "Definition's state cannot be kept", ["error": error.message])
        }
        return Pushed(source: source, lines: lines)
    }

    private func file(
        _ path: String,
        at commit: String,
        of record: RepositoryRecord
    ) async throws(ControlFailure) -> String {
        let repository = record.path
        let bytes: [UInt8]?
        do {
            bytes = try await parts.refs.run(repository, within: RepositoryThreads.readingLimit) {
                guard let id = ObjectID(hex: commit) else { return nil }
                return try GitRepository.open(bare: repository).blob(at: path, in: id, limit: Self.limitBytes)
            }
        } catch {
            throw ControlFailure(.fault, "\(path) cannot be read: \(error)")
        }
        guard let bytes else {
            throw ControlFailure(.notFound, "there is no file \(path) in commit \(commit.prefix(8))")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ControlFailure(.invalid, "\(path) is not UTF-8")
        }
        return text
    }

    private static func refusal(_ source: DefinitionSource) -> [String] {
        if source.problems.isEmpty { return [] }
        return ["\(source.path) is refused, what was applied before stays:"] + source.problems.map { "  \($0)" }
    }

    private static func problems(_ plan: DefinitionPlan) -> [String] {
        if plan.isApplied { return [] }
        let errors = plan.diagnostics.filter { $0.severity == .error }.map { "\($0.location): error: \($0.message)" }
        return errors.prefix(problemLimit)
            + (errors.count > problemLimit ? ["and \(errors.count - problemLimit) more: nacre lint shows them"] : [])
    }

    private static func summary(_ plan: DefinitionPlan, _ source: DefinitionSource) -> String {
        let changed = plan.steps.filter(\.change.isChange).map { step in
            "\(step.kind) \(step.name) \(step.change == .create ? "created" : "updated")"
        }
        let what = changed.isEmpty ? "nothing changes" : changed.prefix(6).joined(separator: ", ")
        let more = changed.count > 6 ? " and \(changed.count - 6) more" : ""
        return "applied \(source.path): \(what)\(more)"
    }

    /// Tells those who want to know of failures.
    private func tell(_ source: DefinitionSource, by person: String) async {
        let commit = source.commit ?? ""
        parts.log.write(
            .warning,
            "Definition is refused",
            [
                "repository": source.repository, "path": source.path, "commit": commit,
                "problem": source.problems.first ?? "",
            ]
        )
        let origin = Self.origin(of: source)
        let records = (try? await parts.pipelines.pipelines()) ?? []
        let message = NotificationMessage(
            .failed,
            text: "The definition \(source.path) of \(source.repository) at \(commit.prefix(8)), pushed by \(person), "
                + "is refused: \(source.problems.joined(separator: "; ")). What was applied before stays.",
            detailType: "Nacre Definition Refused",
            detail: [
                "repositoryName": .string(source.repository), "path": .string(source.path),
                "referenceName": .string(source.branch), "commitId": .string(commit),
                "problems": .array(source.problems.map { .string($0) }),
            ]
        )
        await parts.notifier.tell(message, pipelines: records.filter { $0.origin == origin }.map(\.name))
    }
}
