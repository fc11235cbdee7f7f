// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Diagnostics
internal import Files

/// Sends a file that grows to a client.
struct FileStream: Sendable {
    /// Why it could not be sent to its end.
    enum Failure: Error {
        case unreadable(FileError)
        case clientGone
    }

    let path: String
    let growth: GrowthWatch
    /// Makes the bytes harmless for a terminal on their way; nil: they are sent as they are.
    var filter: TerminalFilter?

    /// Sends what is there and, with `end`, what comes until that stream has ended.
    func copy(to connection: SocketConnection, until end: AsyncStream<Void>?) async throws(Failure) {
        let reader = LogReader(path: path)
        var filter = filter
        guard let end else { return try await send(reader, to: connection, &filter) }
        // A build that has just been queued has no folder yet, and its file can be waited for only in one.
        do throws(FileError) {
            if let slash = path.lastIndex(of: "/") { try Folder.make(String(path[..<slash])) }
        } catch {
            throw .unreadable(error)
        }
        var changes = growth.changes(of: path, until: end).makeAsyncIterator()
        repeat { try await send(reader, to: connection, &filter) } while await changes.next() != nil
        // Everything was written before the end was told; one more look after it finds the rest.
        try await send(reader, to: connection, &filter)
        try await write(filter?.finish() ?? [], to: connection)
    }

    /// Sends what has come since the last time.
    private func send(
        _ reader: LogReader,
        to connection: SocketConnection,
        _ filter: inout TerminalFilter?
    ) async throws(Failure) {
        while case let bytes = try read(reader), !bytes.isEmpty {
            try await write(filter?.feed(bytes) ?? Array(bytes), to: connection)
        }
    }

    private func read(_ reader: LogReader) throws(Failure) -> ArraySlice<UInt8> {
        do throws(FileError) { return try reader.next() } catch { throw .unreadable(error) }
    }

    private func write(_ bytes: [UInt8], to connection: SocketConnection) async throws(Failure) {
        do throws(FileError) { try await connection.write(bytes) } catch { throw .clientGone }
    }
}
