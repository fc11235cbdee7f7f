// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes
internal import WireWords

/// What one command leaves to the next: each runs in a shell of its own, which reloads what the last one saved.
///
/// CodeBuild's agent does the same with `script.sh`, `env.sh` and a file for the folder, and the holes of that way are what
/// users see: functions, aliases, `set` options and traps do not last, plain assignments do (`set -a`). Two things differ.
/// The folder is handed over by the spawn and not by an unquoted `cd $(cat …)`, so that a space in it does no harm and no
/// `cat` is started; and the files lie in memory, as they hold every variable's value.
struct ShellState: ~Copyable {
    /// The folder of the files, mode 0700.
    let directory: String
    /// Where the next command starts.
    private(set) var workingDirectory: String
    private let initialDirectory: String
    private let keepsState: Bool
    /// What stands before and after each command in its script.
    private let scriptStart: String
    private let scriptEnd: String
    /// Who the files belong to, where it is another user than this process's.
    private var owner: Credentials?

    private var script: String { "\(directory)/script.sh" }
    var environmentFile: String { "\(directory)/\(Self.environmentName)" }
    /// Takes what a reading script prints.
    var readingFile: String { "\(directory)/read.txt" }
    /// Where a command saves its variables; it becomes `env.sh` when it is whole.
    private var savedFile: String { "\(directory)/\(Self.savedName)" }
    private var directoryFile: String { "\(directory)/\(Self.directoryName)" }
    private static let environmentName = "env.sh"
    private static let savedName = "env.new"
    private static let directoryName = "dir.txt"
    private static let endMark = "# saved"
    /// Bytes of a file that are read; no program could be started with more variables.
    private static let limitBytes = 16 << 20
    /// On a disk with more free space than this, no shell has failed to write for want of it.
    private static let fullBelowBytes: Int64 = 64 << 10

    /// * `directory`: a folder of its own for the files; made here, removed by `remove`.
    /// * `workingDirectory`: where the first command starts.
    /// * `keepsState`: false for buildspec version 0.1, whose commands all start afresh.
    init(directory: String, workingDirectory: String, keepsState: Bool) throws(FileError) {
        self.directory = directory
        self.workingDirectory = workingDirectory
        initialDirectory = workingDirectory
        self.keepsState = keepsState
        scriptStart = """
            # the folder is set before the shell starts
            set -a
            . \(ShellText.quoted("\(directory)/\(Self.environmentName)"))

            """
        scriptEnd = """

            CODEBUILD_LAST_EXIT=$?
            {
            export -p
            pwd >| \(ShellText.quoted("\(directory)/\(Self.directoryName)"))
            \\command printf '%s\\n' '\(Self.endMark)'
            } >| \(ShellText.quoted("\(directory)/\(Self.savedName)"))
            exit $CODEBUILD_LAST_EXIT

            """
        try Folder.makeOwn(directory)
        try replace(environmentFile, with: [])
    }

    /// Gives the files to the user that the next commands run as, and to nobody else.
    ///
    /// * `user`: nil for this process's own.
    mutating func give(to user: Credentials?) throws(FileError) {
        if user == owner { return }
        owner = user
        let (uid, gid) = (user?.user ?? geteuid(), user?.group ?? getegid())
        let folder = try Directory(directory)
        for entry in try folder.entries() where entry.kind == .file {
            try folder.changeOwner(of: entry.name, user: uid, group: gid)
        }
        try folder.changeOwner(of: Array(".".utf8), user: uid, group: gid)
    }

    /// Writes the script of one command and gives its path.
    ///
    /// The command's text begins on line 4, as in CodeBuild. What it has set or defined does not reach into the save: `>|`
    /// writes under `set -C`, too, and no function or alias of the command's is called by `\command printf`.
    func prepare(_ command: String) throws(FileError) -> String {
        try replace(script, with: Array("\(scriptStart)\(command)\(scriptEnd)".utf8))
        return script
    }

    /// Takes up what the last command saved; nothing, when it left its shell by `exit` or `exec`.
    /// - Returns: false when its shell ended while it saved; nothing of that is taken up.
    /// - Throws: a full disk when that is why it could not save.
    mutating func commandEnded() throws(FileError) -> Bool {
        guard keepsState else {
            workingDirectory = initialDirectory
            try replace(environmentFile, with: [])
            return true
        }
        let saved: [UInt8]
        do throws(FileError) {
            saved = try ForeignFile.read(savedFile, limit: Self.limitBytes)
        } catch {
            // Absent when the command left its shell by `exit` or `exec`.
            if error.isMissing { return true }
            // The command itself has made a link, a pipe or something huge there, which the next one shall not write to.
            guard error.isNoFile || [EFBIG, EACCES].contains(error.code) else { throw error }
            try Folder.remove(savedFile)
            return false
        }
        guard saved.suffix(Self.endMark.utf8.count + 1).elementsEqual("\(Self.endMark)\n".utf8) else {
            // Half an environment is worse than none: the next command would run with empty variables.
            if try DiskSpace(of: directory).freeBytes < Self.fullBelowBytes {
                throw FileError(code: ENOSPC, function: "write", path: savedFile)
            }
            _ = unsafe unlink(savedFile)
            return false
        }
        try FileError.check("rename", environmentFile) { unsafe rename(savedFile, environmentFile) }
        if let bytes = try? ForeignFile.read(directoryFile, limit: Self.limitBytes), bytes.last == UInt8(ascii: "\n") {
            workingDirectory = String(decoding: bytes.dropLast(), as: UTF8.self)
        }
        return true
    }

    /// Sets a variable for all later commands, over what they have saved.
    func override(_ name: String, _ value: String) throws(FileError) {
        try append("export \(name)=\(ShellText.quoted(value))")
    }

    /// Puts a folder in front of `PATH` for all later commands.
    func prependPath(_ folder: String) throws(FileError) {
        try append("export PATH=\(ShellText.quoted(folder))\"${PATH:+:$PATH}\"")
    }

    private func append(_ line: String) throws(FileError) {
        let file = try ForeignFile.open(environmentFile, O_WRONLY | O_APPEND | O_CREAT, mode: 0o600)
        if let owner {
            try FileError.check("fchown", environmentFile) { fchown(file.number, owner.user, owner.group) }
        }
        try file.writeAll("\n\(line)\n")
    }

    // MARK: - Steps

    /// Writes the script of one step, and gives the path of one that runs it with the saved variables.
    ///
    /// * `lines`: shell text that comes before it.
    /// * `command`: what runs the script; `{0}` stands for its path.
    func prepareStep(_ text: String, lines: [String], command: String) throws(FileError) -> String {
        let own = "\(directory)/step.sh"
        try replace(own, with: Array("\(text)\n".utf8))
        for file in StepFile.allCases { try replace(path(of: file), with: []) }
        let command = command.split(separator: "{0}", omittingEmptySubsequences: false)
            .joined(separator: ShellText.quoted(own))
        let start = ["set -a", ". \(ShellText.quoted(environmentFile))", "set +a"]
        let files = StepFile.allCases.map { "export \($0.rawValue)=\(ShellText.quoted(path(of: $0)))" }
        let script = (start + files + lines + ["exec \(command)", ""]).joined(separator: "\n")
        try replace(self.script, with: Array(script.utf8))
        return self.script
    }

    /// What a step has written to one of its files.
    func content(of file: StepFile) -> String {
        String(decoding: (try? ForeignFile.read(path(of: file), limit: Self.limitBytes)) ?? [], as: UTF8.self)
    }

    private func path(of file: StepFile) -> String { "\(directory)/\(file.rawValue.lowercased())" }

    // MARK: - Reading

    /// A script that prints every variable as a later command would see it, `NAME=value` with NUL after each, and evaluates
    /// nothing else.
    func prepareSnapshot() throws(FileError) -> String {
        try prepareReading("exec env -0")
    }

    /// A script that prints what the shell makes of a text, as CodeBuild does with `artifacts.name`.
    func prepareEvaluation(of text: String) throws(FileError) -> String {
        try prepareReading("printf %s \(text)")
    }

    /// A script that prints what the shell makes of a text between double quotes, and fails where the last command
    /// substitution in it does.
    func prepareQuotedEvaluation(of text: String) throws(FileError) -> String {
        try prepareReading("nacre_text=\"\(text)\" && printf %s \"$nacre_text\"")
    }

    /// What a command finds at one moment, in memory.
    struct Checkpoint {
        let environment: [UInt8]
        let workingDirectory: String
    }

    /// Notes what the next command will find.
    func checkpoint() throws(FileError) -> Checkpoint {
        Checkpoint(
            environment: try ForeignFile.read(environmentFile, limit: Self.limitBytes),
            workingDirectory: workingDirectory
        )
    }

    /// A script that prints every variable as a command would have seen it then, as `prepareSnapshot` does.
    func prepareSnapshot(of checkpoint: Checkpoint) throws(FileError) -> String {
        let file = "\(directory)/then.sh"
        try replace(file, with: checkpoint.environment)
        return try prepareReading("exec env -0", after: file)
    }

    /// Puts back what an earlier build had.
    mutating func restore(_ place: DebugPoint.Place) throws(FileError) {
        for entry in place.environment {
            guard let equals = entry.firstIndex(of: "="),
                EnvironmentVariable.isValidName(String(entry[..<equals]))
            else { continue }
            try override(String(entry[..<equals]), String(entry[entry.index(after: equals)...]))
        }
        workingDirectory = place.directory
    }

    private func prepareReading(_ command: String, after file: String? = nil) throws(FileError) -> String {
        let path = "\(directory)/read.sh"
        let saved = ShellText.quoted(file ?? environmentFile)
        try replace(path, with: Array("set -a\n. \(saved)\n\(command)\n".utf8))
        return path
    }

    /// Where a build's files lie: in memory where the machine has a place for it, as three of them are rewritten for each
    /// command.
    static func directory(of id: BuildID, _ folder: BuildFolder) -> String {
        let isShared = unsafe access("/dev/shm", W_OK) == 0
        return isShared ? "/dev/shm/nacre-\(id.uuid)" : "\(folder.path)/state"
    }

    /// Removes what a build has left when its supervisor could not.
    static func remove(_ id: BuildID, _ folder: BuildFolder) {
        try? Folder.remove(directory(of: id, folder))
    }

    /// Removes the files, and with them every value in them.
    func remove() {
        try? Folder.remove(directory)
    }

    /// Writes a file anew.
    ///
    /// A command may have put something else in its place.
    private func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
        if unsafe unlink(path) != 0, errno != ENOENT { try Folder.remove(path) }
        let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        if let owner {
            try FileError.check("fchown", path) { fchown(file.number, owner.user, owner.group) }
        }
        try file.writeAll(bytes)
    }
}
