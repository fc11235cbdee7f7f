// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Tells threads at work that nobody wants its outcome any more.
final class StopFlag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() {
        value.store(true, ordering: .relaxed)
    }
}
