// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Git
internal import Synchronization

/// Threads on which repositories are read, one for each: one on a file system that does not answer keeps no other waiting.
final class RepositoryThreads: Sendable {
    private struct Lane {
        let queue: BlockingQueue
        var waiting = 0
        /// Whether something has taken longer than it may, and still does.
        var isStuck = false
    }

    /// How long a repository may take to answer before it counts as one that cannot be read.
    static let readingLimit = Duration.seconds(30)
    /// How long those wait for it who can do without the answer.
    static let answerLimit = Duration.seconds(5)

    /// By path; only those with work.
    private let lanes = Mutex<[String: Lane]>([:])

    /// Does the work, after what else there is to do with the repository at the path.
    func run<Value: Sendable, Failure: Error>(
        _ path: String,
        _ work: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let queue = enter(path)
        defer { leave(path) }
        return try await queue.run(work)
    }

    /// Does the work, but does not wait for longer; while it then goes on nothing else of this kind is begun there.
    /// - Throws: what the work throws, and a `GitError` when the repository does not answer.
    func run<Value: Sendable>(
        _ path: String,
        within limit: Duration,
        _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        if lanes.withLock({ $0[path]?.isStuck ?? false }) { throw Self.silence(path) }
        let answer = Answer<Value>()
        // Ends with the work, which nothing can interrupt; whoever asked is told as soon as either has an answer.
        Task {
            let result: Result<Value, any Error>
            do {
                result = .success(try await run(path) { () throws(any Error) in try work() })
            } catch {
                result = .failure(error)
            }
            lanes.withLock { lanes in
                lanes[path]?.isStuck = false
                _ = answer.give(result)
            }
        }
        // Not a task that sleeps: one that is cancelled is kept until it would have woken, and there may be hundreds a second.
        let source = DispatchSource.makeTimerSource(queue: .global())
        source.schedule(deadline: .now() + .milliseconds(Int(limit / .milliseconds(1))))
        let timer = SourceHolder(source) { [self] _ in
            // Not of work that has ended just now.
            lanes.withLock { lanes in
                if answer.give(.failure(Self.silence(path))) { lanes[path]?.isStuck = true }
            }
        } onCancel: {
        }
        defer { timer.cancel() }
        return try await answer.wait()
    }

    private func enter(_ path: String) -> BlockingQueue {
        lanes.withLock { lanes in
            var lane = lanes[path] ?? Lane(queue: BlockingQueue(label: "nacre.repository"))
            lane.waiting += 1
            lanes[path] = lane
            return lane.queue
        }
    }

    private func leave(_ path: String) {
        lanes.withLock { lanes in
            lanes[path]?.waiting -= 1
            if lanes[path]?.waiting == 0 { lanes[path] = nil }
        }
    }

    private static func silence(_ path: String) -> GitError {
        GitError(.failed, operation: "read", message: "the file system does not answer; look at its mount", path: path)
    }
}

/// The first of several answers.
private final class Answer<Value: Sendable>: Sendable {
    private enum State {
        case open
        case waiting(CheckedContinuation<Result<Value, any Error>, Never>)
        case given(Result<Value, any Error>)
    }

    private let state = Mutex(State.open)

    /// - Returns: whether it was the first.
    func give(_ result: Result<Value, any Error>) -> Bool {
        state.withLock { state in
            switch state {
            case .given: return false
            case .open: break
            case .waiting(let waiter): waiter.resume(returning: result)
            }
            state = .given(result)
            return true
        }
    }

    func wait() async throws -> Value {
        let result = await withCheckedContinuation { continuation in
            let given = state.withLock { state -> Result<Value, any Error>? in
                if case .given(let result) = state { return result }
                state = .waiting(continuation)
                return nil
            }
            if let given { continuation.resume(returning: given) }
        }
        return try result.get()
    }
}
