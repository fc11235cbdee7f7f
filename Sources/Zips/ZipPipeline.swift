// SPDX-License-Identifier: Apache-2.0

/// Hands jobs to worker threads and their results, in order, to one consumer.
///
/// Only so many jobs are under way or waiting to be consumed: that bounds the memory, whatever the files' sizes.
final class ZipPipeline: Sendable {
    private struct State {
        let planner: ZipPlanner
        var started = 0
        var consumed = 0
        var isExhausted = false
        var failure: ZipError?
        var results: [Int: Result<ZipPiece, ZipError>] = [:]
    }

    private let monitor: Monitor<State>
    private let window: Int

    init(_ planner: sending ZipPlanner, threads: Int) {
        monitor = Monitor(State(planner: planner))
        window = threads * 2 + 2
    }

    /// One worker thread's whole life.
    func work(_ worker: ZipWorker) {
        while let (number, job) = nextJob() {
            let result: Result<ZipPiece, ZipError>
            do throws(ZipError) { result = .success(try worker.result(of: job)) } catch { result = .failure(error) }
            monitor.update { $0.results[number] = result }
        }
    }

    /// The next result in order; nil after the last.
    /// - Throws: what went wrong with the first job, in order, that failed.
    func nextResult() throws(ZipError) -> ZipPiece? {
        let result: Result<ZipPiece, ZipError>? = monitor.wait { state -> Result<ZipPiece, ZipError>?? in
            if let result = state.results.removeValue(forKey: state.consumed) {
                state.consumed += 1
                return .some(result)
            }
            if let failure = state.failure { return .some(.failure(failure)) }
            return state.isExhausted && state.consumed == state.started ? .some(nil) : nil
        }
        return try result?.get()
    }

    /// Lets the workers end without doing what is left.
    /// - Parameter failure: what `nextResult` is then to throw when it would have to wait.
    func stop(_ failure: ZipError? = nil) {
        monitor.update { state in
            state.isExhausted = true
            state.failure = state.failure ?? failure
        }
    }

    private func nextJob() -> (number: Int, job: ZipJob)? {
        let window = window
        let next: (Int, ZipJob)? = monitor.wait { state -> (Int, ZipJob)?? in
            if state.isExhausted { return .some(nil) }
            guard state.started - state.consumed < window else { return nil }
            guard let job = state.planner.nextJob() else {
                state.isExhausted = true
                return .some(nil)
            }
            state.started += 1
            return .some((state.started - 1, job))
        }
        return next
    }
}
