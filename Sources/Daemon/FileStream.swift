// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Diagnostics
internal import Dispatch
internal import Files

/// Sends a file that grows to a client.
struct FileStream: Sendable {
    let path: String
    /// Makes the bytes harmless for a terminal on their way; nil: they are sent as they are.
    var filter: TerminalFilter?

    /// Sends what is there and, with `end`, what comes until that stream has ended.
    func copy(to connection: SocketConnection, until end: AsyncStream<Void>?) async throws(FileError) {
        // A build that has just been queued has no folder yet, and its file can be waited for only in one.
        if end != nil, let slash = path.lastIndex(of: "/") { try Folder.make(String(path[..<slash])) }
        let follower = try LogFollower(path: path)
        var filter = filter
        guard let end else { return try await send(follower, to: connection, &filter) }
        let signals = changes(of: follower, until: end)
        var hasEnded = false
        var iterator = signals.makeAsyncIterator()
        while true {
            try await send(follower, to: connection, &filter)
            // Everything was written before the end was told; one more look after it finds the rest.
            if hasEnded { return try await connection.write(filter?.finish() ?? []) }
            if await iterator.next() != .changed { hasEnded = true }
        }
    }

    /// Sends what has come since the last time.
    private func send(
        _ follower: LogFollower,
        to connection: SocketConnection,
        _ filter: inout TerminalFilter?
    ) async throws(FileError) {
        while case let bytes = try follower.next(), !bytes.isEmpty {
            try await connection.write(filter?.feed(bytes) ?? Array(bytes))
        }
    }

    private enum Signal: Sendable {
        case changed
        case ended
    }

    private func changes(of follower: LogFollower, until end: AsyncStream<Void>) -> AsyncStream<Signal> {
        let (stream, continuation) = AsyncStream<Signal>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let changes = follower.changes
        // The events are taken here, so that the source is quiet while the client is slow. The cancel handler keeps the
        // descriptor open until the source has let go of it.
        let source = SourceHolder(DispatchSource.makeReadSource(fileDescriptor: changes.number, queue: .global())) {
            _ in
            _ = try? changes.readEvents()
            continuation.yield(.changed)
        } onCancel: {
            withExtendedLifetime(changes) {}
        }
        // Ends with the build; the source is cancelled with the stream.
        let waiting = Task {
            for await _ in end {}
            continuation.finish()
        }
        continuation.onTermination = { @Sendable _ in
            source.cancel()
            waiting.cancel()
        }
        return stream
    }
}
