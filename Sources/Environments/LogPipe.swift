// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc

/// Takes what a process writes, and brings it into the log line by line.
final class LogPipe: EventSink {
    private static let lineLimit = 65_536

    private let loop: EventLoop
    private let log: ApplicationLog
    private let source: String
    private var reading: Int32
    private var partial: [UInt8] = []
    /// The last lines, for the reason of a failure.
    private(set) var lastLines: [String] = []

    /// * `source`: who writes.
    init(_ loop: EventLoop, _ log: ApplicationLog, source: String, reading: Int32) {
        self.loop = loop
        self.log = log
        self.source = source
        self.reading = reading
        _ = nacre_set_nonblocking(reading, true)
        loop.watch(reading, for: .reading, self)
    }

    func isReady(_ descriptor: Int32, _ readiness: Interest) {
        // One buffer, then others have their turn.
        if read() == .done(0) { end() }
    }

    /// Takes what is there by now; for when the process has ended.
    func drain() {
        for _ in 0..<64 {
            guard reading >= 0, case .done(let count) = read(), count > 0 else { return }
        }
    }

    /// Stops listening.
    func end() {
        guard reading >= 0 else { return }
        drain()
        if !partial.isEmpty { write([partial[...]]) }
        partial = []
        loop.forget(reading)
        close(reading)
        reading = -1
    }

    private func read() -> Socket.Outcome {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(reading, $0.baseAddress, $0.count) }
        if count < 0 { return errno == EAGAIN || errno == EINTR ? .blocked : .done(0) }
        partial += chunk[..<count]
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for (index, byte) in partial.enumerated() where byte == 10 {
            let end = index > start && partial[index - 1] == 13 ? index - 1 : index
            lines.append(partial[start..<end])
            start = index + 1
        }
        if partial.count - start > Self.lineLimit {
            lines.append(partial[start...])
            start = partial.count
        }
        if !lines.isEmpty { write(lines) }
        partial.removeFirst(start)
        return .done(count)
    }

    private func write(_ lines: [ArraySlice<UInt8>]) {
        log.write(lines, from: source)
        for line in lines.suffix(10) { lastLines.append(String(decoding: line.prefix(500), as: UTF8.self)) }
        if lastLines.count > 10 { lastLines.removeFirst(lastLines.count - 10) }
    }
}
