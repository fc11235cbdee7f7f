// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import Diagnostics
internal import Files
internal import Glibc
internal import Processes

/// The users of `run-as`: who they are, and what they need for their commands.
struct BuildUsers {
    /// Why the commands cannot run as a user, in a sentence.
    struct Refusal: Error {
        let message: String
    }

    private let database = UserDatabase()
    private let folders: [String]
    private let temporary: String?
    private let programs: [String]
    /// Who the workspace belongs to just now; nil: who the supervisor is.
    private var owner: Credentials?

    /// * `folders`: the sources, which the user must be able to write to.
    /// * `temporary`: the build's own folder for temporary files, if it has one; that, too.
    /// * `programs`: what the user should be able to reach beside them: runtimes and their folders, the `codebuild-*` commands.
    init(folders: [String], temporary: String?, programs: [String]) {
        self.folders = folders
        self.temporary = temporary
        self.programs = programs
    }

    /// Problems of a whole buildspec that are known before its first phase: this process may be no user but its own.
    static func problems(of buildspec: Buildspec) -> [Diagnostic] {
        if geteuid() == 0 { return [] }
        let all = [buildspec.runAs] + PhaseName.allCases.map { buildspec.phases[$0]?.runAs }
        return all.compactMap { $0 }.compactMap { user in
            let account = (try? UserDatabase().account(user.value)) ?? nil
            if account?.uid == geteuid() { return nil }
            return Diagnostic(
                .error,
                "the build cannot run commands as `\(user.value)`: only root can become another user",
                at: user.location,
                hint: "run Nacre as root, or remove `run-as`"
            )
        }
    }

    /// Finds a user and hands over what the commands need: the workspace to write, the way to it to pass.
    ///
    /// * `name`: nil for the one that runs the build.
    ///
    /// - Returns: nil when the commands run as the supervisor does.
    mutating func enter(_ name: String?) throws(FileError) -> Result<UserAccount?, Refusal> {
        guard let name else {
            try give(to: nil)
            return .success(nil)
        }
        guard let account = try database.account(name) else {
            return .failure(Refusal(message: "the user `\(name)` of `run-as` does not exist here"))
        }
        if account.uid == geteuid() {
            try give(to: nil)
            return .success(nil)
        }
        // The working tree itself, in `nacre build --in-place`, stays its owner's.
        if let folder = folders.first(where: { !Self.isCopy($0) }) {
            return .failure(
                Refusal(message: "`run-as` would give \(folder) to `\(account.name)`: build a copy, not --in-place")
            )
        }
        do throws(Refusal) {
            try openWay(for: account)
        } catch {
            return .failure(error)
        }
        try give(to: account.credentials)
        return .success(account)
    }

    // MARK: - The workspace

    /// Whether a source folder is a build's own.
    private static func isCopy(_ folder: String) -> Bool {
        let names = folder.split(separator: "/")
        guard let index = names.lastIndex(of: "workspace") else { return false }
        let build = BuildFolder(path: "/" + names[..<index].joined(separator: "/"))
        return Folder.exists(build.request)
    }

    private mutating func give(to user: Credentials?) throws(FileError) {
        if user == owner { return }
        owner = user
        for folder in folders + [temporary].compactMap({ $0 }) where Folder.isFolder(folder) {
            try Self.give(folder, user?.user ?? geteuid(), user?.group ?? getegid())
        }
    }

    /// Changes the owner of a folder and all below it; links are changed themselves.
    ///
    /// A file with further names stays as it is: these may lie outside.
    private static func give(_ path: String, _ user: UInt32, _ group: UInt32) throws(FileError) {
        try Directory(path).changeOwner(of: Array(".".utf8), user: user, group: group)
        try DeepWalk.visit(path) { folder, entry, _ throws(FileError) in
            // What background processes remove meanwhile is gone.
            guard let status = try? folder.status(of: entry.name) else { return true }
            if entry.kind != .directory, status.st_nlink > 1 { return true }
            if status.st_uid == user, status.st_gid == group { return true }
            do throws(FileError) {
                try folder.changeOwner(of: entry.name, user: user, group: group)
            } catch  where error.code == ENOENT {}
            return true
        }
    }

    // MARK: - The way to it

    /// Lets the user pass through the folders above the workspace that are closed to others, such as a home with mode 0700.
    private func openWay(for account: UserAccount) throws(Refusal) {
        do throws(UserWay.Closed) {
            for folder in folders { try UserWay.open(to: folder, for: account) }
        } catch {
            throw Refusal(
                message: error.folder.map { folder in
                    "the user `\(account.name)` of `run-as` cannot pass through \(folder): "
                        + "set NACRE_HOME to a folder that others may pass, such as /var/lib/nacre"
                } ?? "commands cannot run as `\(account.name)` here: \(error.reason)"
            )
        }
        // What cannot be reached is missed by those commands only that use it.
        for program in programs.compactMap({ Paths.real($0) }) { try? UserWay.open(to: program, for: account) }
    }
}
