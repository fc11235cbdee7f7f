// SPDX-License-Identifier: Apache-2.0

extension Task where Success == Void, Failure == Never {
    /// Waits for its end, but not for longer than this; it goes on all the same.
    func end(within limit: Duration) async {
        let (over, continuation) = AsyncStream<Void>.makeStream()
        let waiting = Task {
            await value
            continuation.finish()
        }
        let timer = Task<Void, any Error> {
            try await Task<Never, Never>.sleep(for: limit)
            continuation.finish()
        }
        for await _ in over {}
        waiting.cancel()
        timer.cancel()
    }
}
