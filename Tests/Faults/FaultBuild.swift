// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// What the tests of faults in builds have in common: builds of a few commands, and their processes.
enum FaultBuild {
    /// A buildspec whose phase `build` runs these commands, each as it stands.
    ///
    /// * `head`: what comes before `phases`.
    /// * `artifacts`: a file to keep.
    static func buildspec(_ commands: String..., head: String = "", artifacts: String? = nil) -> String {
        var text = "version: 0.2\n\(head)phases:\n\(phase("build", commands))"
        if let artifacts { text += "artifacts:\n  files:\n    - '\(artifacts)'\n" }
        return text
    }

    /// One phase's part of a buildspec.
    static func phase(_ name: String, _ commands: [String], finally: [String] = []) -> String {
        var text = "  \(name):\n    commands:\n" + items(commands)
        if !finally.isEmpty { text += "    finally:\n" + items(finally) }
        return text
    }

    private static func items(_ commands: [String]) -> String {
        commands.map { command in
            let lines = command.split(separator: "\n", omittingEmptySubsequences: false)
            return "      - |-\n" + lines.map { "        \($0)\n" }.joined()
        }.joined()
    }

    /// Pushes a buildspec to `main` of a new repository, which is built.
    @discardableResult
    static func push(_ daemon: DaemonFixture, _ buildspec: String) throws -> GitFixture {
        let git = try daemon.createRepository()
        try push(git, buildspec)
        return git
    }

    /// Pushes a buildspec to `main` once more.
    static func push(_ git: GitFixture, _ buildspec: String) throws {
        try git.write("buildspec.yml", buildspec)
        try git.commit()
        let result = try git.push("HEAD:main")
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
    }

    // MARK: - Files

    /// A file of the test's folder, as commands name it.
    static func file(_ name: String) -> String { "\(ScratchDirectory.path)/\(name)" }

    /// What such a file holds; empty when it is not there.
    static func text(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: file(name)) ?? Data(), as: UTF8.self)
    }

    /// The number that a build has written into such a file, once it is whole.
    static func number(_ name: String) throws -> Int32 {
        var number: Int32?
        try eventually("\(name) holds a number") {
            let line = text(name)
            number = line.hasSuffix("\n") ? Int32(line.dropLast()) : nil
            return number != nil
        }
        return number ?? 0
    }

    /// The folder of a build.
    static func folder(_ daemon: DaemonFixture, _ build: ShownBuild) -> String {
        "\(daemon.home)/builds/\(build.uuid)"
    }

    // MARK: - Processes

    /// Whether a process runs; a zombie does not.
    static func lives(_ pid: Int32) -> Bool {
        guard let state = state(of: pid) else { return false }
        return state != "Z" && state != "X"
    }

    /// The letter of `/proc/PID/stat`; nil when there is no such process.
    static func state(of pid: Int32) -> Character? {
        fields(of: pid)?.first?.first
    }

    /// The children of a process that have ended and that it has not waited for.
    static func zombies(of parent: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { pid in
            guard let fields = fields(of: pid), fields.count > 1 else { return false }
            return fields[0] == "Z" && fields[1] == "\(parent)"
        }
    }

    /// Clock ticks from boot to the start of a process.
    static func startTicks(of pid: Int32) -> UInt64? {
        guard let fields = fields(of: pid), fields.count > 19 else { return nil }
        return UInt64(fields[19])
    }

    /// The fields of `/proc/PID/stat` from the third on: the second is a name that may hold anything.
    private static func fields(of pid: Int32) -> [Substring]? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        guard let bracket = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: bracket)...].split(separator: " ")
    }

    /// The process that answers for a build, as the build's lock names it.
    static func supervisor(_ daemon: DaemonFixture, _ name: String = "app#1") throws -> Int32 {
        let lock = "\(folder(daemon, try daemon.build(name)))/lock"
        let text = String(decoding: FileManager.default.contents(atPath: lock) ?? Data(), as: UTF8.self)
        return try #require(Int32(text.prefix { $0 != " " }), "\(lock): \(text)")
    }

    /// The most memory that a process has had so far, in bytes.
    static func peakMemory(of pid: Int32) -> Int {
        let status = FileManager.default.contents(atPath: "/proc/\(pid)/status") ?? Data()
        let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
        let line = lines.first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").dropFirst().first).flatMap { Int($0) }.map { $0 << 10 } ?? 0
    }
}
