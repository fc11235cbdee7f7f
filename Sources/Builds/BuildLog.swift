// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// The log file of a build: the commands' output as it comes, and the agent's own lines between.
final class BuildLog {
    private let file: Descriptor
    private var buffer: [UInt8]

    /// Opens the log for appending; it is made when it is missing.
    init(path: String) throws(FileError) {
        file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_APPEND, mode: 0o644)
        buffer = [UInt8](repeating: 0, count: 256 * 1024)
    }

    /// Writes one line of the agent's: `[Container] 2026/03/01 12:34:56.789012 TEXT`.
    func agent(_ text: String) throws(FileError) {
        try file.writeAll("[Container] \(Timestamp.logText(microseconds: Timestamp.microsecondsNow())) \(text)\n")
        tell()
    }

    /// Writes text as it is.
    func raw(_ text: String) throws(FileError) {
        try file.writeAll(text)
        tell()
    }

    /// Moves what waits in a non-blocking pipe to the log, at most one buffer of it.
    ///
    /// * `limit`: the most bytes to take.
    ///
    /// - Returns: how many; 0 when nothing waits.
    func take(from pipe: borrowing Descriptor, limit: Int = .max) throws(FileError) -> Int {
        let wanted = min(limit, buffer.count)
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(pipe.number, $0.baseAddress, wanted) }
        if count < 0 {
            if errno == EAGAIN || errno == EINTR { return 0 }
            throw FileError(code: errno, function: "read", path: "the output pipe")
        }
        let written: Result<Void, FileError> = unsafe buffer.withUnsafeBytes { bytes in
            do throws(FileError) {
                return .success(try unsafe file.writeAll(UnsafeRawBufferPointer(rebasing: bytes[..<count])))
            } catch {
                return .failure(error)
            }
        }
        try written.get()
        tell()
        return count
    }

    /// Tells whoever started the supervisor that the log has grown.
    func tell() {
        var byte = UInt8(ascii: "\n")
        // A full pipe says it already, and without a reader nobody needs to know.
        _ = unsafe write(STDOUT_FILENO, &byte, 1)
    }
}
