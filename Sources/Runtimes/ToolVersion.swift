// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes

/// Asks a program for its version.
enum ToolVersion {
    /// No program that is sound takes longer to tell its version.
    private static let limitMilliseconds: Int64 = 20_000

    /// Runs the program once and reads what it prints.
    /// - Returns: nil when it cannot be run, takes too long or prints no version.
    static func ask(_ program: String, _ arguments: [String], _ environment: [String: String]) -> VersionNumber? {
        guard let output = try? run(program, arguments, environment) else { return nil }
        return VersionNumber.first(in: String(decoding: output, as: UTF8.self))
    }

    private static func run(
        _ program: String,
        _ arguments: [String],
        _ environment: [String: String]
    ) throws(FileError) -> [UInt8] {
        let null = try Descriptor.open("/dev/null", O_RDWR)
        let ends = try Descriptor.pipe()
        let reading = Descriptor(owning: ends.reading)
        let child = try start(
            ChildProcess.Request(
                executable: program,
                arguments: [program] + arguments,
                environment: ["PATH", "HOME"].compactMap { name in environment[name].map { "\(name)=\($0)" } },
                directory: "/",
                standard: (null.number, ends.writing, ends.writing)
            ),
            closing: Descriptor(owning: ends.writing)
        )
        // Read while it runs, so that one that prints much does not wait for us; only the beginning is of use.
        var output: [UInt8] = []
        let deadline = MonotonicClock.milliseconds() + limitMilliseconds
        while output.count < 16_384 {
            var events = [
                pollfd(fd: reading.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: child.handle.number, events: Int16(POLLIN), revents: 0),
            ]
            let left = deadline - MonotonicClock.milliseconds()
            if left <= 0 { break }
            let count = unsafe poll(&events, nfds_t(events.count), Int32(left))
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            if events[0].revents != 0 {
                var bytes = [UInt8](repeating: 0, count: 4096)
                let length = unsafe bytes.withUnsafeMutableBytes { unsafe (try? reading.read(into: $0)) ?? 0 }
                if length == 0 { break }
                output += bytes[..<length]
            } else if events[1].revents != 0 {
                break
            }
        }
        child.signal(SIGKILL)
        _ = try child.wait()
        return output
    }

    /// Leaves the child as the only one that holds the descriptor.
    private static func start(
        _ request: ChildProcess.Request,
        closing descriptor: consuming Descriptor
    ) throws(FileError) -> ChildProcess {
        try ChildProcess.spawn(request)
    }
}
