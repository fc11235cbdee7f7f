// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A bare repository and a working repository that pushes to it, made by the real `git`.
///
/// Every fixture is a copy of one template of 22 files and one commit on `main`, so object ids are the same in every run.
package struct GitFixture: Sendable {
    /// The bare repository; `main` is pushed.
    package let bare: String
    /// The working repository; its remote `origin` is `bare`.
    package let work: String

    /// Copies the template into a directory that exists, as `repo.git` and `work`.
    package init(in directory: String, bare name: String = "repo.git") throws {
        bare = "\(directory)/\(name)"
        work = "\(directory)/work"
        let template = try Self.template.get()
        try FileManager.default.copyItem(atPath: "\(template)/repo.git", toPath: bare)
        try FileManager.default.copyItem(atPath: "\(template)/work", toPath: work)
        if name != "repo.git" { try git("remote", "set-url", "origin", "../\(name)") }
    }

    /// Copies the template's working repository alone, to push to a bare repository that is there.
    package init(in directory: String, pushingTo bare: String) throws {
        self.bare = bare
        work = "\(directory)/work"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(try Self.template.get())/work", toPath: work)
        try git("remote", "set-url", "origin", bare)
    }

    /// What `git` gets as its whole environment: no configuration but the repository's, and a clock that stands still.
    package static let environment = [
        "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
        "HOME": "/nonexistent", "LC_ALL": "C", "LOGNAME": "tester", "TZ": "UTC",
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
        // No collection in the background: it would run while a test compares or removes files.
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "gc.auto", "GIT_CONFIG_VALUE_0": "0",
        "GIT_AUTHOR_NAME": "Ada Author", "GIT_AUTHOR_EMAIL": "ada@example.org",
        "GIT_COMMITTER_NAME": "Carl Committer", "GIT_COMMITTER_EMAIL": "carl@example.org",
        "GIT_AUTHOR_DATE": "2024-01-02T03:04:05+01:00", "GIT_COMMITTER_DATE": "2024-01-02T03:04:06+01:00",
    ]

    /// Runs git in a directory, and fails where git does.
    /// - Returns: its standard output without the newline at the end.
    @discardableResult
    package static func git(_ arguments: [String], in directory: String, input: [UInt8] = []) throws -> String {
        let result = try Program.run("git", ["-C", directory] + arguments, environment: environment, input: input)
        guard result.status == 0 else {
            throw Program.Failure(description: "git \(arguments.joined(separator: " ")): \(result)")
        }
        return result.output.hasSuffix("\n") ? String(result.output.dropLast()) : result.output
    }

    /// Runs git in the working repository.
    @discardableResult
    package func git(_ arguments: String..., input: [UInt8] = []) throws -> String {
        try Self.git(arguments, in: work, input: input)
    }

    /// Runs git in the bare repository.
    @discardableResult
    package func gitInBare(_ arguments: String..., input: [UInt8] = []) throws -> String {
        try Self.git(arguments, in: bare, input: input)
    }

    /// Writes a file of the working tree, making its directories.
    package func write(_ path: String, _ text: String, isExecutable: Bool = false) throws {
        let file = "\(work)/\(path)"
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        if isExecutable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file) }
    }

    /// Commits everything in the working tree, an unchanged one too.
    /// - Returns: the commit's id.
    @discardableResult
    package func commit(_ message: String = "change") throws -> String {
        try git("add", "-A")
        try git("commit", "-q", "--allow-empty", "-m", message)
        return try git("rev-parse", "HEAD")
    }

    /// Pushes to `bare`.
    /// - Returns: git's own result; what the hooks say is in `errors`, each line with `remote: ` before it.
    @discardableResult
    package func push(
        _ refspecs: String...,
        options: [String] = [],
        flags: [String] = [],
        environment: [String: String] = [:]
    ) throws -> Program.Result {
        let pushOptions = options.flatMap { ["-o", $0] }
        return try Program.run(
            "git",
            ["-C", work, "push"] + flags + pushOptions + ["origin"] + refspecs,
            environment: Self.environment.merging(environment) { $1 }
        )
    }

    // MARK: - Template

    private static let template = Result { () throws -> String in
        let base = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        let path = "\(base)/nacre-template-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: "\(path)/work", withIntermediateDirectories: true)
        atexit { GitFixture.removeTemplate() }
        try git(["init", "-q", "--bare", "-b", "main", "repo.git"], in: path)
        try git(["init", "-q", "-b", "main", "work"], in: path)
        let work = "\(path)/work"
        for index in 1...20 {
            let directory = "\(work)/\(index % 2 == 0 ? "src" : "src/inner")"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let text = String(repeating: "line of file \(index)\n", count: index * 10)
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/file\(index).txt"))
        }
        try Data("version: 0.2\n".utf8).write(to: URL(fileURLWithPath: "\(work)/buildspec.yml"))
        try Data("#!/bin/sh\n".utf8).write(to: URL(fileURLWithPath: "\(work)/run.sh"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(work)/run.sh")
        try git(["add", "-A"], in: work)
        try git(["commit", "-q", "-m", "first commit"], in: work)
        try git(["remote", "add", "origin", "../repo.git"], in: work)
        try git(["push", "-q", "-u", "origin", "main"], in: work)
        return path
    }

    private static func removeTemplate() {
        guard let path = try? template.get() else { return }
        try? FileManager.default.removeItem(atPath: path)
    }
}
