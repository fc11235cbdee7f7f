// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes

/// A command that did not exit successfully.
struct CommandFailure {
    /// Its text as written.
    let command: String
    let status: ExitStatus
    /// The log, and which bytes of it the command has written.
    let log: String
    let output: Range<Int>
    /// The end of what it has written, where that has not gone to the log's file; nil: it is there.
    var lastOutput: [UInt8]?
    /// What is known of the reason beside the status, such as that memory ran out.
    var note: String?

    /// The last bytes of output that a pattern is looked for in.
    static let searchedBytes = 64 << 10
    /// The longest line that a pattern is looked for in: some patterns take a time that grows with its square.
    private static let searchedLine = 4096

    /// The agent's line, in AWS's words.
    var logLine: String { "Command did not exit successfully \(command) exit status \(status.shellCode)" }

    /// What the phase says, in AWS's words.
    var context: Build.Phase.Context {
        Build.Phase.Context(
            statusCode: "COMMAND_EXECUTION_ERROR",
            message: "Error while executing command: \(command). Reason: exit status \(status.shellCode)"
        )
    }

    /// A sentence of ours where the number does not say enough.
    var explanation: String? {
        guard let signal = status.likelySignal else { return note.map { "The command failed: \($0)" } }
        // A shell tells of a signal by its status, and a program may return such a one by itself.
        var words =
            status == .signaled(signal) || note != nil
            ? "The command was killed by signal \(signal)"
            : "Exit status \(status.shellCode) tells of a command killed by signal \(signal)"
        if let name = SignalName.of(signal) { words += " (\(name))" }
        if let note {
            words += ": \(note)"
        } else if signal == SIGKILL {
            words += ": often because the machine is out of memory"
        }
        return words
    }

    /// Whether a pattern of `on-failure: RETRY-…` is in the phase's message or in a line that the command has written.
    ///
    /// * `milliseconds`: how long to look at the most.
    func matches(
        _ pattern: String,
        within milliseconds: Int32 = BoundedMatch.limitMilliseconds
    ) throws(FileError) -> BoundedMatch.Outcome {
        try BoundedMatch.run(pattern, in: [context.message] + ((try? lastLines()) ?? []), within: milliseconds)
    }

    private func lastLines() throws(FileError) -> [String] {
        if let lastOutput { return Self.lines(of: lastOutput.suffix(output.count)) }
        let start = max(output.lowerBound, output.upperBound - Self.searchedBytes)
        let bytes = try ForeignFile.read(log, at: start, count: output.upperBound - start)
        return Self.lines(of: bytes[...])
    }

    private static func lines(of bytes: ArraySlice<UInt8>) -> [String] {
        bytes.split(separator: UInt8(ascii: "\n")).map {
            String(decoding: $0.prefix(Self.searchedLine), as: UTF8.self)
        }
    }
}
