// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import Processes
import Synchronization

/// A real daemon on a home of its own, driven by the real command line.
package final class DaemonFixture: Sendable {
    /// Its home; `folder/home`.
    package let home: String
    /// Where the fixture keeps its files.
    private let folder: String
    private let jobs: Int?
    private let program: String
    private let environment: [String: String]
    /// What starts the daemon, in front of its own words; empty: nothing.
    private let launcher: [String]
    private let state = Mutex(State())

    private struct State {
        var program: BackgroundProgram?
        var starts = 0
    }

    /// Lends a daemon that is ready; afterwards nothing of it runs any more, nor of its builds.
    ///
    /// * `folder`: gets the folder `home`, and the daemon's log.
    /// * `jobs`: how many builds may run at once; nil: nothing is said about it.
    /// * `environment`: more than `PATH` and `HOME` for the daemon.
    /// * `launcher`: a program that replaces itself by the daemon, with its arguments: one that sets limits or another user.
    /// * `program`: the path of `nacre`, where it is not that of the package.
    package static func run(
        in folder: String = ScratchDirectory.path,
        jobs: Int? = 2,
        environment: [String: String] = [:],
        launcher: [String] = [],
        program: String = Program.product("nacre"),
        _ body: (DaemonFixture) throws -> Void
    ) throws {
        let daemon = DaemonFixture(
            in: folder,
            jobs: jobs,
            environment: environment,
            launcher: launcher,
            program: program
        )
        defer { daemon.end() }
        try daemon.start()
        try body(daemon)
    }

    private init(
        in folder: String,
        jobs: Int?,
        environment: [String: String],
        launcher: [String],
        program: String
    ) {
        self.program = program
        home = "\(folder)/home"
        self.folder = folder
        self.jobs = jobs
        self.environment = Program.path.merging(environment) { $1 }
        self.launcher = launcher
    }

    // MARK: - Its life

    /// What every daemon of this home has said.
    package var log: String {
        String(decoding: FileManager.default.contents(atPath: "\(folder)/daemon.err") ?? Data(), as: UTF8.self)
    }

    /// The process; nil while none runs.
    package var pid: Int32? { state.withLock { $0.program?.pid } }

    /// Starts it and waits until it is ready.
    package func start() throws {
        let limit = jobs.map { ["--jobs", String($0)] } ?? []
        let words = launcher + [program, "daemon", "--home", home] + limit
        let program = try BackgroundProgram(
            words[0],
            Array(words.dropFirst()),
            environment: environment,
            in: folder,
            files: folder,
            name: "daemon"
        )
        let count = state.withLock { state in
            state.program = program
            state.starts += 1
            return state.starts
        }
        try eventually("the daemon is ready; it said: \(log)") {
            self.log.components(separatedBy: "Daemon is ready").count > count
        }
    }

    /// Ends it with a signal and waits for its end; its builds go on.
    /// - Returns: its exit code, 128 and the number of the signal that killed it.
    @discardableResult
    package func stop(_ signal: Int32 = SIGTERM) throws -> Int32 {
        let program = state.withLock { state in
            defer { state.program = nil }
            return state.program
        }
        guard let program else { throw Program.Failure(description: "no daemon runs") }
        program.signal(signal)
        return try program.wait()
    }

    private func end() {
        _ = try? stop(SIGKILL)
        for build in (try? FileManager.default.contentsOfDirectory(atPath: "\(home)/builds")) ?? [] {
            let lock = "\(home)/builds/\(build)/lock"
            let text = FileManager.default.contents(atPath: lock) ?? Data()
            guard let supervisor = ProcessIdentity(text: String(decoding: text, as: UTF8.self)) else { continue }
            // The second one kills the commands at once.
            _ = supervisor.signal(SIGTERM) && supervisor.signal(SIGTERM)
            try? eventually("the supervisor has ended", within: 20) { !FileLock.isHeld(lock) }
        }
    }

    // MARK: - Its use

    /// Runs `nacre` on the home.
    package func nacre(
        _ arguments: String...,
        environment: [String: String] = [:],
        in directory: String? = nil
    ) throws -> Program.Result {
        try Program.run(
            Program.product("nacre"),
            arguments,
            environment: Program.path.merging(["NACRE_HOME": home]) { $1 }.merging(environment) { $1 },
            in: directory ?? folder
        )
    }

    /// Makes a repository in the home, and a working repository that pushes to it.
    package func createRepository(_ name: String = "app", branches: String = "main,model") throws -> GitFixture {
        let result = try nacre("repo", "create", name, "--branches", branches)
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
        return try GitFixture(in: "\(folder)/\(name)", pushingTo: String(result.output.dropLast()))
    }

    /// The build of that name as it is now.
    package func build(_ name: String = "latest") throws -> ShownBuild {
        try ShownBuild.decode(try nacre("show", name, "--json"))
    }

    /// All builds, the newest first.
    package func builds() throws -> [ShownBuild] {
        try ShownBuild.decode(try nacre("list", "--json", "-n", "1000"))
    }

    /// Waits until the build of that name is there and over.
    package func finished(_ name: String = "latest") throws -> ShownBuild {
        var last: ShownBuild?
        try eventually("\(name) is over; \(log)") {
            let result = try nacre("show", name, "--json")
            if result.status == 5 { return false }
            last = try ShownBuild.decode(result)
            return last?.buildComplete ?? false
        }
        guard let last else { throw Program.Failure(description: "there is no build \(name)") }
        return last
    }
}
