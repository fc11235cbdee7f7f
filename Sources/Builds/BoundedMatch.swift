// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Looks for a user's pattern in a build's own output, for no longer than a moment.
///
/// Some patterns take years on some lines. A match cannot be called off, so it has a thread of its own, which is left to
/// itself when the time is over; it ends with the supervisor.
enum BoundedMatch {
    /// What came of it.
    enum Outcome: Sendable {
        case found
        case notFound
        case tookTooLong
    }

    /// How long it may take in a build.
    static let limitMilliseconds: Int32 = 5000

    private final class Work: Sendable {
        let pattern: String
        let texts: [String]
        /// Takes a byte, `1` or `0`, when all has been looked at.
        let done: Int32

        init(pattern: String, texts: [String], done: Int32) {
            self.pattern = pattern
            self.texts = texts
            self.done = done
        }

        func run() {
            // Lint and the reader have refused what is no pattern.
            let regex = try? Regex(pattern)
            let isFound = regex.map { regex in texts.contains { $0.contains(regex) } } ?? false
            var byte = UInt8(ascii: isFound ? "1" : "0")
            _ = unsafe write(done, &byte, 1)
        }
    }

    /// Whether the pattern is in one of the texts.
    static func run(
        _ pattern: String,
        in texts: [String],
        within milliseconds: Int32 = limitMilliseconds
    ) throws(FileError) -> Outcome {
        let ends = try Descriptor.pipe()
        let reading = Descriptor(owning: ends.reading)
        // Open until the process ends: the thread may write to it at any time.
        let box = unsafe Unmanaged.passRetained(Work(pattern: pattern, texts: texts, done: ends.writing))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
                }
                return nil
            },
            box.toOpaque()
        )
        guard code == 0 else {
            unsafe box.release()
            throw FileError(code: code, function: "pthread_create")
        }
        pthread_detach(thread)
        var event = pollfd(fd: reading.number, events: Int16(POLLIN), revents: 0)
        let count = try FileError.check("poll") { unsafe poll(&event, 1, milliseconds) }
        if count == 0 { return .tookTooLong }
        var byte: UInt8 = 0
        _ = unsafe read(reading.number, &byte, 1)
        return byte == UInt8(ascii: "1") ? .found : .notFound
    }
}
