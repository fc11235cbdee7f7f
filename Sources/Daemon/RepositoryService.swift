// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import Files
internal import Git
internal import Glibc
internal import Journals
internal import Repositories

/// Which repositories are watched: made, registered, forgotten.
actor RepositoryService {
    /// How long the daemon's start waits for repositories that do not answer.
    private static let firstScanLimit = Duration.seconds(5)
    /// How long a change in a repository may take.
    private static let changeLimit = Duration.seconds(30)

    private let home: Home
    private let journal: JournalStore
    private let intake: PushIntake
    private let watcher: RepositoryWatcher
    private let hookProgram: String
    private let log: DaemonLog
    private let threads: RepositoryThreads

    init(
        home: Home,
        journal: JournalStore,
        intake: PushIntake,
        watcher: RepositoryWatcher,
        hookProgram: String,
        threads: RepositoryThreads,
        log: DaemonLog
    ) {
        self.home = home
        self.journal = journal
        self.intake = intake
        self.watcher = watcher
        self.hookProgram = hookProgram
        self.threads = threads
        self.log = log
    }

    /// Watches what the journal knows, and takes in what was pushed while no daemon ran.
    func resume() async throws(JournalError) {
        let all = try await journal.use { journal throws(JournalError) in try journal.repositories() }
        for repository in all {
            await intake.add(repository)
            watch(repository)
        }
        await intake.scanAll(within: Self.firstScanLimit)
    }

    /// Makes a bare repository in the home, hooks in place.
    func create(_ name: String, branches: [String]) async throws(ControlFailure) -> RepositoryView {
        try Self.check(name)
        let path = home.repository(name)
        try await checkFree(RepositoryDraft(name: name, path: path, isHosted: true, isHooked: true, branches: []))
        if Folder.exists(path) {
            throw ControlFailure(.conflict, "\(path) is there already; register it with `nacre repo add \(path)`")
        }
        try await work(path) { [home] in
            try Folder.make(home.repositories)
            _ = try GitRepository.createBare(path)
            // It is on record from now on.
            try Descriptor.open(path, O_RDONLY | O_DIRECTORY).syncFileSystem()
        }
        return try await register(path, name: name, branches: branches, isHosted: true, installsHooks: true)
    }

    /// Registers a repository where it lies.
    func add(
        _ given: String,
        name: String?,
        branches: [String],
        installsHooks: Bool
    ) async throws(ControlFailure) -> RepositoryView {
        guard given.hasPrefix("/"), let real = Paths.real(given) else {
            throw ControlFailure(.notFound, "there is nothing at \(given)")
        }
        // Of a working tree the repository is meant.
        let path = Folder.isFolder("\(real)/.git") ? "\(real)/.git" : real
        try await work(path) { _ = try GitRepository.open(bare: path) }
        var standard = Paths.name(real)
        if standard.hasSuffix(".git"), standard != ".git" { standard.removeLast(4) }
        let chosen = name ?? standard
        try Self.check(chosen)
        let isHosted = path == home.repository(chosen)
        return try await register(
            path,
            name: chosen,
            branches: branches,
            isHosted: isHosted,
            installsHooks: installsHooks
        )
    }

    func list() async throws(ControlFailure) -> [RepositoryView] {
        let all = try await ControlSession.journalled { () throws(JournalError) in
            try await journal.use { journal throws(JournalError) in try journal.repositories() }
        }
        var views: [RepositoryView] = []
        for record in all { views.append(await view(record)) }
        return views
    }

    /// Forgets a repository and takes our hook out of it.
    ///
    /// Its folder and its builds stay.
    func remove(_ name: String) async throws(ControlFailure) -> RepositoryView {
        let found = try await ControlSession.journalled { () throws(JournalError) in
            try await journal.use { journal throws(JournalError) in try journal.repository(named: name) }
        }
        guard let found else {
            throw ControlFailure(.notFound, "there is no repository `\(name)`; see `nacre repo list`")
        }
        // First, so that one that cannot be forgotten is watched as before.
        _ = try await ControlSession.journalled { () throws(JournalError) in
            try await journal.use { journal throws(JournalError) in try journal.removeRepository(found.id) }
        }
        await intake.remove(found.id)
        watcher.remove(RepositoryKey(rawValue: found.id.rawValue))
        await takeHook(outOf: found.path)
        log.write(.notice, "Repository removed", ["repository": name])
        return await view(found)
    }

    /// Sets how a repository's builds run from now on.
    func set(_ name: String, _ settings: ProjectSettings) async throws(ControlFailure) -> RepositoryView {
        if let problem = settings.problem { throw ControlFailure(.invalid, "\(name) is left as it was: \(problem)") }
        let text = SettingsText.write(settings)
        let changed = try await ControlSession.journalled { () throws(JournalError) -> RepositoryRecord? in
            try await journal.use { journal throws(JournalError) -> RepositoryRecord? in
                guard let found = try journal.repository(named: name) else { return nil }
                return try journal.setSettings(found.id, text)
            }
        }
        guard let changed else {
            throw ControlFailure(.notFound, "there is no repository `\(name)`; see `nacre repo list`")
        }
        await intake.add(changed)
        log.write(.notice, "Repository's settings changed", ["repository": name, "settings": text])
        return await view(changed)
    }

    private func register(
        _ path: String,
        name: String,
        branches: [String],
        isHosted: Bool,
        installsHooks: Bool
    ) async throws(ControlFailure) -> RepositoryView {
        let draft = RepositoryDraft(
            name: name,
            path: Paths.real(path) ?? path,
            isHosted: isHosted,
            isHooked: installsHooks,
            branches: branches.isEmpty ? BranchPatterns.standard.texts : branches
        )
        try await checkFree(draft)
        let patterns = try await ControlSession.journalled { () throws(JournalError) in
            try await intake.patterns(of: draft.name, branches: draft.branches)
        }
        let refs = try await work(draft.path) {
            // What was pushed before is in the refs, and nobody's business here.
            KeptPushes.removeAll(from: draft.path)
            return try WatchedRefs.read(path: draft.path, patterns: patterns)
        }
        // First what can fail for the repository's own reasons.
        var isHookNew = false
        if installsHooks {
            isHookNew = try await work(draft.path) { [home, hookProgram] in
                let hooks = try Hooks(repository: draft.path)
                var isNew = true
                if case .installed = try hooks.status().hook { isNew = false }
                try hooks.install(program: hookProgram, socket: home.socket)
                return isNew
            }
        }
        let now = Timestamp.now().milliseconds
        let record: RepositoryRecord
        do throws(ControlFailure) {
            record = try await ControlSession.journalled { () throws(JournalError) in
                try await journal.use { journal throws(JournalError) in
                    try journal.addRepository(draft, refs: refs, at: now)
                }
            }
        } catch {
            if isHookNew { await takeHook(outOf: draft.path) }
            throw error
        }
        await intake.add(record)
        watch(record)
        // What was pushed between the reading of the refs and the watch.
        await intake.scan(record.id, origin: .start)
        await intake.added(record)
        log.write(.notice, "Repository added", ["repository": name, "path": record.path])
        return await view(record)
    }

    private func takeHook(outOf path: String) async {
        do throws(ControlFailure) {
            try await work(path) { try Hooks(repository: path).uninstall() }
        } catch {
            // One that has vanished has no hooks either.
            if !Folder.exists(path) { return }
            log.write(.warning, "Hook stays in a repository", ["path": path, "error": error.message])
        }
    }

    /// Refuses a name or a path that is taken, before anything is changed.
    private func checkFree(_ draft: RepositoryDraft) async throws(ControlFailure) {
        let taken = try await ControlSession.journalled { () throws(JournalError) -> RepositoryRecord? in
            try await journal.use { journal throws(JournalError) -> RepositoryRecord? in
                if let taken = try journal.repository(named: draft.name) { return taken }
                return try journal.repository(atPath: draft.path)
            }
        }
        guard let taken else { return }
        throw ControlFailure(
            .conflict,
            "\(taken.path) is registered already, as `\(taken.name)`; see `nacre repo list`"
        )
    }

    private func watch(_ record: RepositoryRecord) {
        _ = watcher.add(RepositoryKey(rawValue: record.id.rawValue), path: record.path)
    }

    private func work<Value: Sendable>(
        _ path: String,
        _ body: @escaping @Sendable () throws -> Value
    ) async throws(ControlFailure) -> Value {
        do {
            return try await threads.run(path, within: Self.changeLimit, body)
        } catch let error as FileError {
            throw ControlFailure(.fault, "\(error)")
        } catch {
            throw ControlFailure(.invalid, "\(error)")
        }
    }

    private func view(_ record: RepositoryRecord) async -> RepositoryView {
        let path = record.path
        let isHooked = try? await threads.run(path, within: RepositoryThreads.answerLimit) {
            WatchedRefs.isHooked(path)
        }
        return RepositoryView(
            name: record.name,
            path: record.path,
            branches: record.branches,
            hooks: isHooked ?? false,
            hosted: record.isHosted,
            problem: record.problem,
            settings: SettingsText.read(record.settings)
        )
    }

    /// A name is part of paths, ids and shell lines: letters, digits, `.`, `_`, `-`, and a letter or digit first.
    private static func check(_ name: String) throws(ControlFailure) {
        let isGood =
            !name.isEmpty && name.utf8.count <= 100
            && name.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || [45, 46, 95].contains(byte)
            } && !name.hasPrefix("-") && !name.hasPrefix(".") && !name.hasSuffix(".git") && name != "latest"
        if !isGood {
            throw ControlFailure(
                .invalid,
                "`\(name)` cannot be a repository's name: at most 100 letters, digits, `.`, `_` and `-`, a letter or digit first, no `.git` at the end, and not `latest`"
            )
        }
    }
}
