// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import Processes

/// Runs real programs for tests: waits for the end, keeps what they say.
package enum Program {
    /// How a program ended and what it said.
    package struct Result: Sendable, CustomStringConvertible {
        /// The exit code; 128 and the number after a signal.
        package let status: Int32
        package let output: String
        package let errors: String

        package var description: String { "status \(status)\n\(output)\n\(errors)" }
    }

    /// The program could not be started, or failed where it must not.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) {
            self.description = description
        }
    }

    /// Where the programs under test lie: `NACRE_PROGRAMS`, so that others than those of this build can be tried, else the
    /// directory of the test bundle.
    package static let productDirectory: String = {
        if let directory = ProcessInfo.processInfo.environment["NACRE_PROGRAMS"], !directory.isEmpty {
            return directory
        }
        return testDirectory
    }()

    /// The directory of the test bundle.
    private static let testDirectory: String = {
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "."
        return (path as NSString).deletingLastPathComponent
    }()

    /// The absolute path of one of this package's programs, as it was built together with the tests.
    package static func product(_ name: String) -> String { "\(productDirectory)/\(name)" }

    /// The absolute path of a program that only tests use, as it was built together with them.
    package static func testProduct(_ name: String) -> String { "\(testDirectory)/\(name)" }

    /// What most programs need: `PATH` and `HOME` of the test itself.
    package static let path: [String: String] = {
        let own = ProcessInfo.processInfo.environment
        return ["PATH": own["PATH"] ?? "/usr/bin:/bin", "HOME": own["HOME"] ?? "/"]
    }()

    /// Runs a program to its end.
    /// - Parameters:
    ///   - name: a path, or a name that is found in `PATH`.
    ///   - arguments: those after the name.
    ///   - environment: all of it; nothing is inherited.
    ///   - directory: where it runs; nil: where the tests run.
    ///   - input: what it reads on its standard input.
    ///   - seconds: it is killed after that, which is a failure.
    /// - Returns: how it ended and what it said.
    /// - Throws: `Failure` when it cannot be started, or does not end in time.
    package static func run(
        _ name: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        in directory: String? = nil,
        input: [UInt8] = [],
        seconds: Int = 120
    ) throws -> Result {
        // Files instead of pipes: nothing can fill up, and a child in the background cannot keep us waiting.
        let files = try (0..<3).map { _ in try temporaryFile() }
        defer { for file in files { close(file) } }
        try FileHandle(fileDescriptor: files[0]).write(contentsOf: Data(input))
        lseek(files[0], 0, SEEK_SET)
        let child = try ChildProcess.spawn(
            ChildProcess.Request(
                executable: try find(name),
                arguments: [name] + arguments,
                environment: environment.map { "\($0)=\($1)" },
                directory: directory,
                standard: (files[0], files[1], files[2])
            )
        )
        var event = pollfd(fd: child.handle.number, events: Int16(POLLIN), revents: 0)
        let isDone = unsafe poll(&event, 1, Int32(seconds * 1000)) == 1
        if !isDone { child.signal(SIGKILL) }
        let status = try child.wait().shellCode
        let result = Result(status: status, output: try text(files[1]), errors: try text(files[2]))
        if !isDone { throw Failure(description: "\(name) \(arguments) did not end within \(seconds) s: \(result)") }
        return result
    }

    private static func find(_ name: String) throws -> String {
        if name.contains("/") { return name }
        let folders = (path["PATH"] ?? "").split(separator: ":")
        guard let folder = folders.first(where: { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") })
        else {
            throw Failure(description: "there is no program \(name)")
        }
        return "\(folder)/\(name)"
    }

    private static func temporaryFile() throws -> Int32 {
        var name = Array("/tmp/nacre-test-XXXXXX".utf8CString)
        let file = unsafe mkstemp(&name)
        guard file >= 0 else { throw Failure(description: "no temporary file") }
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        unsafe unlink(name)
        return file
    }

    private static func text(_ file: Int32) throws -> String {
        lseek(file, 0, SEEK_SET)
        let data = try FileHandle(fileDescriptor: file).readToEnd() ?? Data()
        return String(decoding: data, as: UTF8.self)
    }
}
