// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes

/// A command that delivers a notification, in a session of its own, with a bound on its time.
final class RunningCommand: Sendable {
    /// How it has ended.
    enum End: Sendable, Hashable {
        case exited(ExitStatus)
        /// It was killed, as its time was over or as the daemon stops.
        case killed
    }

    private let child: ChildProcess
    private let output: Descriptor

    /// Starts a program.
    ///
    /// Blocks for the length of a spawn.
    /// - Parameters:
    ///   - program: its absolute path.
    ///   - arguments: without the program's own name.
    ///   - environment: all of it.
    ///   - input: what it reads on its standard input.
    ///   - more: what it reads on descriptor 3; nil: that is closed.
    ///   - folder: where files without a name can be made.
    /// - Throws: why it cannot be started.
    init(
        _ program: String,
        _ arguments: [String],
        environment: [String: String],
        input: [UInt8],
        more: [UInt8]? = nil,
        folder: String
    ) throws(FileError) {
        let standardInput = try Self.unnamedFile(input, in: folder)
        let output = try Self.unnamedFile([], in: folder)
        let extra = try Self.unnamedFile(more ?? [], in: folder)
        child = try ChildProcess.spawn(
            ChildProcess.Request(
                executable: program,
                arguments: [Paths.name(program)] + arguments,
                environment: environment.map { "\($0.key)=\($0.value)" }.sorted(),
                directory: folder,
                standard: (standardInput.number, output.number, output.number),
                inherited: more == nil ? nil : extra.number
            )
        )
        self.output = output
    }

    /// A file for reading and writing that nobody else can open, at its start.
    private static func unnamedFile(_ bytes: [UInt8], in folder: String) throws(FileError) -> Descriptor {
        let path = "\(folder)/notification.\(getpid()).\(UInt64.random(in: .min ... .max))"
        let file = try Descriptor.open(path, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        _ = unsafe unlink(path)
        try file.writeAll(bytes)
        try FileError.check("lseek", path) { lseek(file.number, 0, SEEK_SET) }
        return file
    }

    /// Waits for its end; when its time is over, it and what it has started in its session are killed.
    func end(within limit: Duration) async -> End {
        let hasEnded = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await Readiness.wait(self.child.handle, .reading)
                return !Task.isCancelled
            }
            group.addTask {
                try? await Task.sleep(for: limit)
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
        // It has not been reaped, so that the number cannot mean another session.
        if !hasEnded { kill(-child.pid, SIGKILL) }
        if !hasEnded, !Task.isCancelled { await Readiness.wait(child.handle, .reading) }
        let status = try? child.poll()
        guard hasEnded, let status else { return .killed }
        return .exited(status)
    }

    /// The last of what it has written to its standard output and error, on one line.
    func lastWords(limit: Int = 500) -> String {
        guard let size = try? output.status().st_size, lseek(output.number, max(0, Int(size) - limit), SEEK_SET) >= 0,
            let bytes = try? output.readToEnd(limit: limit)
        else { return "" }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
