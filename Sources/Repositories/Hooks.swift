// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Git
internal import Glibc

/// Puts the `post-receive` hook into a repository, and takes it away again.
///
/// An earlier hook is kept under another name, runs before ours, and comes back byte for byte. `receive.advertisePushOptions`
/// is switched on as long as the hook is there, because `git push -o` is refused otherwise. `core.fsync` is set as well: git
/// leaves a small push in memory, so that a power cut takes what `git push` and Nacre have acknowledged.
package struct Hooks {
    private static let name = "post-receive"
    private static let previousSuffix = ".nacre-previous"
    private static let optionsKey = "receive.advertisePushOptions"
    /// What `optionsKey` was before: its value, or `unset`.
    private static let formerOptionsKey = "nacre.formerAdvertisePushOptions"
    private static let unset = "unset"
    /// What git puts on the disk before a push is over; older gits than 2.36 pass over it.
    private static let syncKey = "core.fsync"
    private static let syncValue = "objects,reference"
    /// As it was called before 2.36.
    private static let formerSyncKey = "core.fsyncObjectFiles"
    /// There where we have set `syncKey`.
    private static let setsSyncKey = "nacre.setsFsync"
    /// No hook that a person wrote is larger; it is read into memory.
    private static let limitBytes = 16 << 20

    private let repository: GitRepository
    private let directory: String
    private let overriddenBy: String?

    private var hookPath: String { "\(directory)/\(Self.name)" }
    private var previousPath: String { hookPath + Self.previousSuffix }

    /// Opens the repository whose git directory is at the absolute path.
    package init(repository path: String) throws(RepositoriesError) {
        do throws(GitError) {
            repository = try GitRepository.open(bare: path)
            // Only the repository's own setting is followed: a directory that the user or the system names serves all
            // repositories, and ours must not run for all of them.
            if let own = try repository.localValue("core.hooksPath") {
                directory = Self.resolve(own, against: path)
                overriddenBy = nil
            } else {
                directory = path + "/hooks"
                overriddenBy = try repository.value("core.hooksPath").map { Self.resolve($0, against: path) }
            }
        } catch {
            throw RepositoriesError(error)
        }
    }

    /// Looks without changing anything.
    package func status() throws(RepositoriesError) -> HookStatus {
        HookStatus(
            path: hookPath,
            hook: try Self.hook(try recognise()?.recognition),
            hasPrevious: Self.exists(previousPath),
            overriddenBy: overriddenBy
        )
    }

    /// Puts the hook in place; a hook of ours that is there is brought up to date, so it can be called again.
    /// - Parameters:
    ///   - program: the absolute path of `nacre-hook`.
    ///   - socket: the absolute path of the daemon's control socket.
    /// - Throws: `.hookModified` when ours has been edited, `.hookConflict` when a foreign hook is there although an earlier
    ///   one is kept already. Nothing is changed then.
    package func install(program: String, socket: String) throws(RepositoriesError) {
        let script = try HookScript(program: program, socket: socket)
        do {
            let content = try script.render()
            switch try recognise() {
            case nil:
                try makeDirectory()
                try write(content)
            case (let bytes, .ours)?:
                if bytes != content || !isExecutable(hookPath) { try write(content) }
            case (_, .edited)?:
                throw modified()
            case (_, .foreign)?:
                guard !Self.exists(previousPath) else {
                    let message = "there is another hook although an earlier one is kept in \(previousPath); remove one"
                    throw RepositoriesError(.hookConflict, message, path: hookPath)
                }
                // A second name first, then replacing the first one: at no moment is there no hook.
                if unsafe link(hookPath, previousPath) != 0 {
                    // No hard links on this file system, or not for the files of another owner.
                    try FileError.check("rename", hookPath) { unsafe rename(hookPath, previousPath) }
                }
                try write(content)
            }
            try switchOptionsOn()
            try switchSyncOn()
            for path in ["\(repository.path)/config", repository.path] { try? Descriptor.open(path, O_RDONLY).sync() }
        } catch {
            throw Self.translate(error)
        }
    }

    /// Takes the hook away and brings the earlier one back; without a hook of ours nothing is done.
    ///
    /// A foreign hook that has taken the place of ours stays, and so does the earlier one.
    /// - Throws: `.hookModified` when ours has been edited.
    package func uninstall() throws(RepositoriesError) {
        do {
            switch try recognise()?.recognition {
            case .ours:
                if Self.exists(previousPath) {
                    try FileError.check("rename", hookPath) { unsafe rename(previousPath, hookPath) }
                } else {
                    try FileError.check("unlink", hookPath) { unsafe unlink(hookPath) }
                }
            case .edited:
                throw modified()
            case nil where Self.exists(previousPath):
                try FileError.check("rename", hookPath) { unsafe rename(previousPath, hookPath) }
            case .foreign, nil:
                break
            }
            try switchOptionsBack()
            try switchSyncBack()
        } catch {
            throw Self.translate(error)
        }
        KeptPushes.removeAll(from: repository.path)
    }

    // MARK: - Configuration

    private func switchOptionsOn() throws(GitError) {
        guard try repository.localValue(Self.formerOptionsKey) == nil else {
            return try repository.setLocalValue(Self.optionsKey, "true")
        }
        let former = try repository.localValue(Self.optionsKey)
        // The note first: if only one of the two can be written, nothing is lost.
        try repository.setLocalValue(Self.formerOptionsKey, former ?? Self.unset)
        try repository.setLocalValue(Self.optionsKey, "true")
    }

    private func switchOptionsBack() throws(GitError) {
        guard let former = try repository.localValue(Self.formerOptionsKey) else { return }
        try repository.setLocalValue(Self.optionsKey, former == Self.unset ? nil : former)
        try repository.setLocalValue(Self.formerOptionsKey, nil)
    }

    /// Whoever has decided about it, for this repository, for himself or for the machine, has it his way.
    private func switchSyncOn() throws(GitError) {
        guard try repository.value(Self.syncKey) == nil, try repository.value(Self.formerSyncKey) == nil else { return }
        try repository.setLocalValue(Self.setsSyncKey, "true")
        try repository.setLocalValue(Self.syncKey, Self.syncValue)
    }

    private func switchSyncBack() throws(GitError) {
        guard try repository.localValue(Self.setsSyncKey) != nil else { return }
        if try repository.localValue(Self.syncKey) == Self.syncValue {
            try repository.setLocalValue(Self.syncKey, nil)
        }
        try repository.setLocalValue(Self.setsSyncKey, nil)
    }

    // MARK: - Files

    /// Reads and recognises the hook; nil where there is none.
    private func recognise() throws(RepositoriesError) -> (bytes: [UInt8], recognition: HookScript.Recognition)? {
        guard Self.exists(hookPath) else { return nil }
        do {
            let bytes = try Descriptor.open(hookPath, O_RDONLY | O_NONBLOCK).readToEnd(limit: Self.limitBytes)
            return (bytes: bytes, recognition: try HookScript.recognise(bytes))
        } catch let error as FileError where [ENOENT, EFBIG, EACCES, EISDIR].contains(error.code) {
            // A link that leads nowhere, a huge program, one that we may not read: not ours in any case.
            return (bytes: [], recognition: .foreign)
        } catch {
            throw Self.translate(error)
        }
    }

    private static func hook(_ recognition: HookScript.Recognition?) throws(RepositoriesError) -> HookStatus.Hook {
        switch recognition {
        case nil: .absent
        case .ours(let script): .installed(program: script.program, socket: script.socket)
        case .edited: .modified
        case .foreign: .foreign
        }
    }

    /// Replaces the hook in one step.
    private func write(_ content: [UInt8]) throws(FileError) {
        let temporary = hookPath + ".nacre-new"
        _ = unsafe unlink(temporary)
        do throws(FileError) {
            let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
            try file.writeAll(content)
            // Whoever pushes has to run it, so the umask has no say.
            try FileError.check("fchmod", temporary) { fchmod(file.number, 0o755) }
            // An empty hook would be called by every push, and say nothing.
            try file.sync()
            try FileError.check("rename", hookPath) { unsafe rename(temporary, hookPath) }
            try Descriptor.open(directory, O_RDONLY | O_DIRECTORY).sync()
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
    }

    private func makeDirectory() throws(FileError) {
        if unsafe mkdir(directory, 0o777) != 0, errno != EEXIST {
            throw FileError(code: errno, function: "mkdir", path: directory)
        }
    }

    private func modified() -> RepositoriesError {
        let message = "the hook was edited since Nacre installed it; undo the change or remove the file"
        return RepositoriesError(.hookModified, message, path: hookPath)
    }

    /// Whether there is anything by this name, a link that leads nowhere too.
    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    private func isExecutable(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & 0o111 == 0o111
    }

    /// As git resolves `core.hooksPath`: hooks run in the git directory; `~/` is the home directory.
    private static func resolve(_ path: String, against repository: String) -> String {
        if path.hasPrefix("~/"), let home = unsafe getenv("HOME") {
            return unsafe String(cString: home) + path.dropFirst(1)
        }
        return path.hasPrefix("/") ? path : "\(repository)/\(path)"
    }

    private static func translate(_ error: any Error) -> RepositoriesError {
        switch error {
        case let error as RepositoriesError: error
        case let error as FileError: RepositoriesError(error)
        case let error as GitError: RepositoriesError(error)
        default: RepositoriesError(.file, "\(error)")
        }
    }
}
