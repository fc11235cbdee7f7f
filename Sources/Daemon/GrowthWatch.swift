// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Files
internal import Synchronization

/// Tells of files that grow: one inotify instance for all who follow one, as a user has few of them.
///
/// Where the kernel gives none, or no further watch, the file is to be looked at a few times a second instead.
final class GrowthWatch: Sendable {
    /// Between two looks at a file that cannot be watched.
    private static let pollPause = Duration.milliseconds(200)

    private let inotify: Inotify?
    private let followers = GrowthFollowers()
    private let source: SourceHolder?

    init() {
        let inotify = try? Inotify()
        self.inotify = inotify
        source = inotify.map { [followers] inotify in
            let queue = DispatchQueue(label: "nacre.growth")
            // The cancel handler keeps the descriptor open until the source has let go of it.
            return SourceHolder(DispatchSource.makeReadSource(fileDescriptor: inotify.number, queue: queue)) { _ in
                if let batch = try? inotify.readEvents() { followers.tell(batch) }
            } onCancel: {
                withExtendedLifetime(inotify) {}
            }
        }
    }

    deinit {
        source?.cancel()
    }

    /// Has an element whenever there may be more in the file than when the last one came; ends with `end`.
    ///
    /// The file may not be there yet; its folder must be.
    func changes(of path: String, until end: AsyncStream<Void>) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let leave = watch(path, continuation) ?? poll(continuation)
        // Ends with `end`, or with the stream.
        let waiting = Task {
            for await _ in end {}
            continuation.finish()
        }
        continuation.onTermination = { @Sendable _ in
            waiting.cancel()
            leave()
        }
        return stream
    }

    /// - Returns: what ends it; nil when it cannot be watched.
    private func watch(_ path: String, _ continuation: AsyncStream<Void>.Continuation) -> (@Sendable () -> Void)? {
        guard let inotify, let slash = path.lastIndex(of: "/") else { return nil }
        let name = String(path[path.index(after: slash)...])
        // The folder, not the file: it is there before the file is.
        guard let place = followers.join(String(path[..<slash]), name, continuation, inotify) else { return nil }
        return { [followers] in followers.leave(place, inotify) }
    }

    private func poll(_ continuation: AsyncStream<Void>.Continuation) -> @Sendable () -> Void {
        // Ends with the stream.
        let polling = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: Self.pollPause)
                continuation.yield()
            }
        }
        return { polling.cancel() }
    }
}

/// Who waits for which file, by the watches of their folders.
private final class GrowthFollowers: Sendable {
    struct Place: Sendable {
        let watch: Int32
        let number: Int
    }

    private struct Follower {
        let name: String
        let continuation: AsyncStream<Void>.Continuation
    }

    private struct Table {
        var byWatch: [Int32: [Int: Follower]] = [:]
        var last = 0
    }

    private let table = Mutex(Table())

    func join(
        _ folder: String,
        _ name: String,
        _ continuation: AsyncStream<Void>.Continuation,
        _ inotify: Inotify
    ) -> Place? {
        // Locked meanwhile, so that nobody who leaves takes the folder's watch away in between.
        table.withLock { table in
            guard let watch = try? inotify.addWatch(folder, [.modified, .created, .movedTo, .onlyDirectory]) else {
                return nil
            }
            table.last += 1
            table.byWatch[watch, default: [:]][table.last] = Follower(name: name, continuation: continuation)
            return Place(watch: watch, number: table.last)
        }
    }

    func leave(_ place: Place, _ inotify: Inotify) {
        table.withLock { table in
            table.byWatch[place.watch]?[place.number] = nil
            guard table.byWatch[place.watch]?.isEmpty ?? false else { return }
            table.byWatch[place.watch] = nil
            inotify.removeWatch(place.watch)
        }
    }

    func tell(_ batch: Inotify.Batch) {
        let concerned = table.withLock { table -> [AsyncStream<Void>.Continuation] in
            if batch.overflowed { return table.byWatch.values.flatMap { $0.values.map(\.continuation) } }
            return batch.events.flatMap { event in
                (table.byWatch[event.watch] ?? [:]).values.filter { $0.name == event.name }.map(\.continuation)
            }
        }
        for continuation in concerned { continuation.yield() }
    }
}
