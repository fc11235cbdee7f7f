// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// A daemon under `fault-tracer`, or without it where nothing is to be stopped.
struct TracedDaemon {
    /// Where `fault-tracer` lists the operations.
    private let report: String
    private let log: String
    private let program: BackgroundProgram

    /// Starts it.
    ///
    /// * `folder`: gets the daemon's log and the report; its `home` is the daemon's.
    init(in folder: String, until point: StopPoint?) throws {
        report = "\(folder)/operations"
        log = "\(folder)/daemon.err"
        let home = "\(folder)/home"
        try? FileManager.default.removeItem(atPath: log)
        try? FileManager.default.removeItem(atPath: report)
        let daemon = [Program.product("nacre"), "daemon", "--home", home, "--jobs", "2"]
        var words = daemon
        if let point { words = [Self.tracer, "--below", home, "--report", report] + point.options + daemon }
        program = try BackgroundProgram(
            words[0],
            Array(words.dropFirst()),
            environment: Program.path,
            in: folder,
            files: folder,
            name: "daemon"
        )
    }

    /// `fault-tracer`, as it was built together with the tests.
    static let tracer = Program.testProduct("fault-tracer")

    /// Whether programs can be traced here: a container may forbid it, and an old kernel does not tell what is called.
    static let canTrace: Bool = {
        let number = ProcessInfo.processInfo.processIdentifier
        let folder = (NSTemporaryDirectory() as NSString).appendingPathComponent("nacre-tracer-\(number)")
        let report = "\(folder).report"
        defer { for path in [folder, report] { try? FileManager.default.removeItem(atPath: path) } }
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let words = ["--below", folder, "--report", report, "/bin/sh", "-c", ": > '\(folder)/file'"]
        let status = try? Program.run(tracer, words, environment: Program.path).status
        return status == 0 && Operation.read(TracedDaemon.text(report)).contains { $0.subject == "file" }
    }()

    /// What the daemon has said.
    var text: String { Self.text(log) }
    /// Whether it is there no more, stopped or not.
    var hasEnded: Bool { program.hasEnded }
    /// Whether the stop point was reached.
    var wasStopped: Bool { Self.text(report).hasSuffix("stopped\n") }
    /// The operations so far.
    var operations: [Operation] { Operation.read(Self.text(report)) }

    /// Waits until the daemon serves, or has been stopped before that.
    func waitUntilReady() throws {
        try eventually("the daemon is ready; it said: \(text)") { hasEnded || text.contains("Daemon is ready") }
    }

    /// Ends it; the builds go on.
    func end(_ signal: Int32 = SIGTERM) throws {
        program.signal(signal)
        _ = try program.wait()
    }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}
