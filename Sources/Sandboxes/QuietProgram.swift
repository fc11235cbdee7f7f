// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes

/// A program that is run to its end and whose words are kept.
enum QuietProgram {
    /// The most that is kept of each stream.
    private static let limit = 1 << 20

    /// - Returns: whether it ended with 0, and what it said; not started counts as failed, with the reason in `errors`.
    static func run(
        _ executable: String,
        _ arguments: [String],
        environment: [String]
    ) -> (isSuccess: Bool, output: String, errors: String) {
        do throws(FileError) {
            let null = try Descriptor.open("/dev/null", O_RDONLY)
            // A file for each and not a pipe: nothing can fill up, and a child that stays cannot keep us waiting.
            let output = try temporaryFile()
            let errors = try temporaryFile()
            let child = try ChildProcess.spawn(
                ChildProcess.Request(
                    executable: executable,
                    arguments: arguments,
                    environment: environment,
                    directory: "/",
                    standard: (null.number, output.number, errors.number)
                )
            )
            let status = try child.wait()
            return (status.isSuccess, try text(output), try text(errors))
        } catch {
            return (false, "", "\(error)")
        }
    }

    private static func temporaryFile() throws(FileError) -> Descriptor {
        let folder = unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        return try Descriptor.open(folder, O_RDWR | nacreTemporaryFile, mode: 0o600)
    }

    private static func text(_ file: borrowing Descriptor) throws(FileError) -> String {
        try FileError.check("lseek") { lseek(file.number, 0, SEEK_SET) }
        return String(decoding: try file.readToEnd(limit: limit), as: UTF8.self)
    }

    /// `O_TMPFILE`, which Swift does not import: a file without a name (`open(2)`).
    private static let nacreTemporaryFile: Int32 = 0o20000000 | O_DIRECTORY
}
