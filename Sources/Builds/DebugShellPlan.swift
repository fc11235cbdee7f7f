// SPDX-License-Identifier: Apache-2.0

package import DebugShells
package import Files
internal import Glibc
package import Processes

/// A shell for a person in a build: which one, with what prompt and history, and what is said before the first prompt.
package struct DebugShellPlan: Sendable {
    /// `PROJECT#N`.
    package var build: String
    /// The failed phase, or the one that runs.
    package var phase: String
    /// The command that failed, and its status.
    package var command: String?
    package var exitStatus: Int32?
    /// The build's own shell.
    package var shell: String
    package var directory: String
    /// `NAME=value` texts.
    package var environment: [String]
    /// A script of the build's shell that sets the variables which the last command left; nil: `environment` has all.
    package var saved: String?
    /// Who the shell runs as; nil: who this process is.
    package var credentials: Credentials?
    /// Lines that end what is said.
    package var advice: [String]

    package init(
        build: String,
        phase: String,
        command: String? = nil,
        exitStatus: Int32? = nil,
        shell: String,
        directory: String,
        environment: [String],
        saved: String? = nil,
        credentials: Credentials? = nil,
        advice: [String]
    ) {
        self.build = build
        self.phase = phase
        self.command = command
        self.exitStatus = exitStatus
        self.shell = shell
        self.directory = directory
        self.environment = environment
        self.saved = saved
        self.credentials = credentials
        self.advice = advice
    }

    /// Writes the shell's start files and gives the shell.
    ///
    /// bash is preferred, as it has a history that the failed command can be put into.
    ///
    /// * `files`: a folder that only this user can read; made where it is missing.
    /// * `hasPrompt`: whether a person is at the other end.
    package func launch(files: String, hasPrompt: Bool) throws(FileError) -> DebugShellLaunch {
        try Folder.make(files, mode: 0o700)
        try give(files)
        let bash = Self.bash(environment)
        var variables = environment.filter { !$0.hasPrefix("TERM=") && !$0.hasPrefix("PWD=") }
        variables.append("PWD=\(directory)")
        var words = [bash ?? shell]
        let prompt = "(nacre \(build) \(phase)) "
        if hasPrompt, let bash {
            let history = "\(files)/history"
            // The line with a time keeps a command of several lines one entry.
            try write(history, command.map { "#0\n\(Self.trimmed($0))\n" } ?? "")
            let start = """
                PS1=\(ShellText.quoted("\(prompt)\\w\\$ "))
                HISTFILE=\(ShellText.quoted(history))
                HISTTIMEFORMAT=
                HISTCONTROL=

                """
            try write("\(files)/bashrc", start)
            words = [bash, "--noprofile", "--rcfile", "\(files)/bashrc", "-i"]
        } else if hasPrompt {
            try write("\(files)/shrc", "PS1=\(ShellText.quoted("\(prompt)$ "))\n")
            variables.append("ENV=\(files)/shrc")
            words = [shell, "-i"]
        }
        var launch = DebugShellLaunch(
            executable: words[0],
            arguments: words,
            environment: variables,
            directory: Folder.isFolder(directory) ? directory : "/",
            credentials: credentials,
            greeting: hasPrompt ? greeting : ""
        )
        if let saved {
            launch.executable = shell
            launch.arguments = [shell, "-c", "set -a; . \"$1\"; set +a; shift; exec \"$@\"", shell, saved] + words
        }
        return launch
    }

    private var greeting: String {
        var lines = ["Debug shell of \(build), phase \(phase)"]
        if let command {
            let text = command.split(separator: "\n", omittingEmptySubsequences: false)
            let first = text.first { !$0.isEmpty } ?? ""
            lines.append("  failed     \(first)\(text.filter { !$0.isEmpty }.count > 1 ? " …" : "")")
        }
        if let exitStatus { lines.append("  status     \(exitStatus)") }
        lines.append("  directory  \(directory)")
        return (lines + advice).joined(separator: "\n")
    }

    /// bash, where the environment has it.
    private static func bash(_ environment: [String]) -> String? {
        let path = environment.first { $0.hasPrefix("PATH=") }?.dropFirst(5) ?? "/usr/bin:/bin"
        for folder in path.split(separator: ":") where folder.hasPrefix("/") {
            let candidate = "\(folder)/bash"
            if unsafe access(candidate, X_OK) == 0 { return candidate }
        }
        return nil
    }

    private static func trimmed(_ command: String) -> Substring {
        var text = command[...]
        while text.last?.isNewline ?? false { text.removeLast() }
        return text
    }

    private func write(_ path: String, _ text: String) throws(FileError) {
        try AtomicFile.write(Array(text.utf8), to: path, mode: 0o600)
        try give(path)
    }

    private func give(_ path: String) throws(FileError) {
        guard let credentials else { return }
        try FileError.check("chown", path) { unsafe chown(path, credentials.user, credentials.group) }
    }
}
