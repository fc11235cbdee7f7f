// SPDX-License-Identifier: Apache-2.0

/// Places for so many pieces of work at once; one that is held for long no longer counts, so that work that never ends keeps
/// no other out.
actor Places {
    private let patience: Duration
    private var free: Int
    private var held: Set<Int> = []
    private var last = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// * `patience`: after how long the place of one piece of work is given to another, too.
    init(_ count: Int, patience: Duration) {
        free = count
        self.patience = patience
    }

    /// Does the work when there is a place for it.
    func run<Value: Sendable, Failure: Error>(
        _ work: @Sendable () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
        last += 1
        let place = last
        held.insert(place)
        let timer = Task { [patience] in
            try await Task.sleep(for: patience)
            leave(place)
        }
        defer {
            timer.cancel()
            leave(place)
        }
        return try await work()
    }

    private func leave(_ place: Int) {
        guard held.remove(place) != nil else { return }
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
