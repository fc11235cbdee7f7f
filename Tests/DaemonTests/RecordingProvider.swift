// SPDX-License-Identifier: Apache-2.0

import Pipelines
import Synchronization
import TestSupport

@testable import Daemon

/// Keeps the orders that it gets; ends them at once, or when it is told to.
final class RecordingProvider: ActionProvider {
    private struct State {
        var orders: [ActionOrder] = []
        var cancelled: [String] = []
        var held: Set<String> = []
        var waiting: [String: CheckedContinuation<ActionOutcome, Never>] = [:]
    }

    private let state = Mutex(State())

    /// - Parameter held: names of actions that end only by `finish`.
    init(holding held: Set<String> = []) {
        state.withLock { $0.held = held }
    }

    func run(_ order: ActionOrder, _ progress: ActionProgress) async -> ActionOutcome {
        let waits = state.withLock { state in
            state.orders.append(order)
            return state.held.contains(order.name)
        }
        guard waits else { return Self.success(order) }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { $0.waiting[order.id] = continuation }
                if Task.isCancelled { end(order.id, ActionOutcome(), isCancelled: true) }
            }
        } onCancel: {
            end(order.id, ActionOutcome(), isCancelled: true)
        }
    }

    /// The orders so far, in the order of their coming.
    var orders: [ActionOrder] { state.withLock { $0.orders } }

    /// The ids of those that were cancelled while they were held.
    var cancelled: [String] { state.withLock { $0.cancelled } }

    /// Ends the held order of a name.
    func finish(_ name: String, _ outcome: ActionOutcome? = nil) throws {
        try eventually("\(name) waits") {
            state.withLock { state in state.orders.contains { $0.name == name && state.waiting[$0.id] != nil } }
        }
        guard
            let order = orders.last(where: { order in
                order.name == name && state.withLock { $0.waiting[order.id] != nil }
            })
        else { return }
        end(order.id, outcome ?? Self.success(order), isCancelled: false)
    }

    private func end(_ id: String, _ outcome: ActionOutcome, isCancelled: Bool) {
        let continuation = state.withLock { state in
            let found = state.waiting.removeValue(forKey: id)
            if found != nil, isCancelled { state.cancelled.append(id) }
            return found
        }
        continuation?.resume(returning: outcome)
    }

    /// Every artifact that was asked for, empty.
    private static func success(_ order: ActionOrder) -> ActionOutcome {
        var output = ActionOutput()
        output.artifacts = order.outputs.map { wanted in
            ArtifactReference(name: wanted.name, digest: String(repeating: "0", count: 64), size: 0, key: wanted.key)
        }
        return ActionOutcome(output: output)
    }
}
