// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import Processes
import Synchronization

/// A real program that runs while the test goes on.
///
/// It is killed when nobody holds this any more.
package final class BackgroundProgram: Sendable {
    /// Its process number.
    package let pid: Int32
    private let name: String
    private let outputPath: String
    private let errorsPath: String
    private let process: Mutex<ChildProcess?>

    /// Starts it.
    ///
    /// * `program`: an absolute path.
    /// * `environment`: all of it; nothing is inherited.
    /// * `directory`: where it runs; nil: where the tests run.
    /// * `folder`: gets the files `NAME.out` and `NAME.err`, appended to where they are there.
    /// * `name`: tells its files from others'.
    package init(
        _ program: String,
        _ arguments: [String],
        environment: [String: String],
        in directory: String? = nil,
        files folder: String = ScratchDirectory.path,
        name: String
    ) throws {
        self.name = name
        outputPath = "\(folder)/\(name).out"
        errorsPath = "\(folder)/\(name).err"
        let null = try Descriptor.open("/dev/null", O_RDONLY)
        let output = try Descriptor.open(outputPath, O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
        let errors = try Descriptor.open(errorsPath, O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
        let child = try ChildProcess.spawn(
            ChildProcess.Request(
                executable: program,
                arguments: [program] + arguments,
                environment: environment.map { "\($0)=\($1)" },
                directory: directory,
                standard: (null.number, output.number, errors.number)
            )
        )
        pid = child.pid
        process = Mutex(consume child)
    }

    deinit {
        signal(SIGKILL)
        _ = try? wait()
    }

    /// What it has written to standard output so far.
    package var output: String { Self.text(outputPath) }
    /// What it has written to standard error so far.
    package var errors: String { Self.text(errorsPath) }

    /// Sends a signal; none when it has been waited for.
    package func signal(_ number: Int32) {
        process.withLock { $0?.signal(number) }
    }

    /// Whether it runs no more; true as well when it has been waited for.
    package var hasEnded: Bool {
        process.withLock { child in
            guard let number = child?.handle.number else { return true }
            var event = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
            return unsafe poll(&event, 1, 0) == 1
        }
    }

    /// Waits for its end.
    /// - Returns: its exit code, 128 and the number of the signal that killed it.
    package func wait(seconds: Int = 60) throws -> Int32 {
        let child = process.withLock { $0.take() }
        guard let child = consume child else { throw Program.Failure(description: "\(name) has ended before") }
        var event = pollfd(fd: child.handle.number, events: Int16(POLLIN), revents: 0)
        let isDone = unsafe poll(&event, 1, Int32(seconds * 1000)) == 1
        if !isDone { child.signal(SIGKILL) }
        let status = try child.wait().shellCode
        if isDone { return status }
        throw Program.Failure(description: "\(name) did not end within \(seconds) s: \(output)\n\(errors)")
    }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}
