// SPDX-License-Identifier: Apache-2.0

import Environments
import Files
import Foundation
import Processes
import TestSupport

/// A real environment with the real program, on a port of its own.
final class EnvironmentFixture {
    static let name = "staging"

    let store: EnvironmentStore
    let port: Int
    private var count = 0

    /// Lends an environment; afterwards nothing of it runs any more.
    static func run(
        limits: EnvironmentSettings.Limits = EnvironmentSettings.Limits(start: 30, stop: 5, drain: 20),
        _ change: (inout EnvironmentSpecification) -> Void = { _ in },
        _ body: (EnvironmentFixture) throws -> Void
    ) throws {
        let fixture = try EnvironmentFixture(limits: limits, change)
        defer { fixture.end() }
        do { try body(fixture) } catch {
            throw Program.Failure(description: "\(error)\nlog:\n\(fixture.log)")
        }
    }

    private init(limits: EnvironmentSettings.Limits, _ change: (inout EnvironmentSpecification) -> Void) throws {
        store = EnvironmentStore(
            "\(ScratchDirectory.path)/environments",
            program: Program.product("nacre-environment")
        )
        port = try Self.freePort()
        var specification = EnvironmentSpecification(name: Self.name, application: "birds")
        specification.port = port
        specification.limits = limits
        change(&specification)
        _ = try store.create(specification)
    }

    private func end() {
        let lock = store.folder(Self.name).lock
        if let owner = try? owner() { _ = owner.signal(SIGTERM) && owner.signal(SIGTERM) }
        do { try eventually("the environment has ended", within: 15) { !FileLock.isHeld(lock) } } catch {
            _ = try? owner().signal(SIGKILL)
        }
        StrayProcesses.kill(variable: "NACRE_ENVIRONMENT", value: store.folder(Self.name).path)
    }

    static func freePort() throws -> Int {
        let text = try python("import socket\ns = socket.socket()\ns.bind(('127.0.0.1', 0))\nprint(s.getsockname()[1])")
        guard let port = Int(text) else { throw Program.Failure(description: text) }
        return port
    }

    /// Makes an empty file.
    static func touch(_ path: String) throws {
        try Data().write(to: URL(fileURLWithPath: path))
    }

    // MARK: - Deploying

    /// Deploys files under a label; waits for what comes of it.
    @discardableResult
    func deploy(_ label: String, _ files: [String: String], by id: String? = nil) throws -> Deployment {
        let number = try submit(label, files, by: id)
        guard let deployment = try store.wait(for: number, of: Self.name, milliseconds: 120_000) else {
            throw Program.Failure(description: "the deployment of \(label) does not end")
        }
        return deployment
    }

    func submit(_ label: String, _ files: [String: String], by id: String? = nil) throws -> Int64 {
        count += 1
        let version = EnvironmentVersion(
            label: label,
            request: id ?? label,
            provenance: DeploymentProvenance(),
            createdAt: Int64(count)
        )
        try store.addVersion(version, to: Self.name) { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (name, text) in files {
                try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
            }
        }
        return try store.submit(
            .deploy,
            version: label,
            id: id ?? label,
            provenance: DeploymentProvenance(),
            to: Self.name
        )
    }

    /// Deploys the server under a label, which it answers with.
    @discardableResult
    func deployServer(_ label: String) throws -> Deployment {
        try deploy(label, TestServer.bundle(label))
    }

    /// Changes the settings.
    func change(_ change: (inout EnvironmentSpecification) -> Void) throws {
        var specification = EnvironmentSpecification(name: Self.name, application: "birds")
        change(&specification)
        try store.put(specification)
    }

    // MARK: - Looking

    var report: EnvironmentReport { get throws { try store.report(Self.name) } }

    var log: String {
        String(decoding: FileManager.default.contents(atPath: store.folder(Self.name).log) ?? Data(), as: UTF8.self)
    }

    /// The environment's own process.
    func owner() throws -> ProcessIdentity {
        guard let text = try report.state.owner, let identity = ProcessIdentity(text: text) else {
            throw Program.Failure(description: "the environment has no process")
        }
        return identity
    }

    /// What is answered on the environment's port.
    func get(_ path: String = "/") throws -> String {
        let code = """
            import sys, urllib.request
            print(urllib.request.urlopen("http://127.0.0.1:\(port)\(path)", timeout=30).read().decode(), end="")
            """
        return try Self.python(code)
    }

    /// The processes that belong to the environment, but its own.
    func processes() throws -> [Int32] {
        let wanted = Data("NACRE_ENVIRONMENT=\(store.folder(Self.name).path)\0".utf8)
        return try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter { pid in
            FileManager.default.contents(atPath: "/proc/\(pid)/environ")?.range(of: wanted) != nil
        }
    }

    /// Runs a program in Python, which must succeed.
    @discardableResult
    static func python(_ code: String, _ arguments: String...) throws -> String {
        let result = try Program.run("python3", ["-c", code] + arguments, environment: Program.path)
        guard result.status == 0 else { throw Program.Failure(description: "\(result)") }
        return result.output.trimmingCharacters(in: .newlines)
    }
}
