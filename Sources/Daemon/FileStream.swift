// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Dispatch
internal import Files

/// Sends a file that grows to a client.
struct FileStream: Sendable {
    let path: String

    /// Sends what is there and, with `end`, what comes until that stream has ended.
    func copy(to connection: SocketConnection, until end: AsyncStream<Void>?) async throws(FileError) {
        // A build that has just been queued has no folder yet, and its file can be waited for only in one.
        if end != nil, let slash = path.lastIndex(of: "/") { try Folder.make(String(path[..<slash])) }
        let follower = try LogFollower(path: path)
        guard let end else {
            while case let bytes = try follower.next(), !bytes.isEmpty { try await connection.write(Array(bytes)) }
            return
        }
        let signals = changes(of: follower, until: end)
        var hasEnded = false
        var iterator = signals.makeAsyncIterator()
        while true {
            while case let bytes = try follower.next(), !bytes.isEmpty { try await connection.write(Array(bytes)) }
            // Everything was written before the end was told; one more look after it finds the rest.
            if hasEnded { return }
            if await iterator.next() != .changed { hasEnded = true }
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
        let source = SourceHolder(DispatchSource.makeReadSource(fileDescriptor: changes.number, queue: .global())) { _ in
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
