// SPDX-License-Identifier: Apache-2.0

/// Which builds run and which wait: a value, without any doing of its own.
///
/// The journal is the truth; this is rebuilt from it at every start.
package struct BuildQueue: Sendable, Hashable {
    /// A build in the queue.
    package struct Entry: Sendable, Hashable {
        /// `PROJECT:UUID`.
        package let id: String
        /// What people call it, `PROJECT#NUMBER`.
        package let label: String

        package init(id: String, label: String) {
            self.id = id
            self.label = label
        }
    }

    /// What happened.
    package enum Event: Sendable, Hashable {
        /// A build has been journalled and wants to run.
        case submitted(Entry)
        /// A build that runs already was found at the start.
        case adopted(Entry)
        /// A build has ended, or was taken out of the queue.
        case ended(id: String)
        /// So many slots are kept for builds that are just being journalled.
        case reserved(Int)
        /// Those slots are free again, or taken by `adopted` builds.
        case released(Int)
        /// No more builds are to be started.
        case draining
    }

    /// What is to be done about it.
    package enum Effect: Sendable, Hashable {
        case start(Entry)
    }

    /// The most that run at once.
    package let limit: Int
    package private(set) var running: [Entry] = []
    package private(set) var waiting: [Entry] = []
    package private(set) var isDraining = false
    private var reserved = 0

    /// How many more builds may begin at once.
    package var freeSlots: Int {
        isDraining || !waiting.isEmpty ? 0 : max(0, limit - running.count - reserved)
    }

    package init(limit: Int) {
        precondition(limit > 0, "a queue needs a slot")
        self.limit = limit
    }

    /// Takes up an event; the effects are in the order in which they are to be started.
    package mutating func apply(_ event: Event) -> [Effect] {
        switch event {
        case .submitted(let entry):
            waiting.append(entry)
        case .adopted(let entry):
            running.append(entry)
        case .ended(let id):
            running.removeAll { $0.id == id }
            waiting.removeAll { $0.id == id }
        case .reserved(let count):
            reserved += count
        case .released(let count):
            reserved -= count
        case .draining:
            isDraining = true
        }
        if isDraining { return [] }
        let free = min(max(0, limit - running.count - reserved), waiting.count)
        let starting = Array(waiting.prefix(free))
        waiting.removeFirst(free)
        running += starting
        return starting.map { .start($0) }
    }

    /// Why a build waits, in one sentence; nil when it does not.
    package func reason(for id: String) -> String? {
        guard let place = waiting.firstIndex(where: { $0.id == id }) else { return nil }
        if isDraining { return "waits for the next daemon: this one is stopping" }
        let slots = limit == 1 ? "the only slot is taken by" : "all \(limit) slots are taken by"
        let taken = running.prefix(3).map(\.label).joined(separator: ", ") + (running.count > 3 ? ", …" : "")
        let ahead =
            place == 0 ? "it is next" : place == 1 ? "1 build is ahead of it" : "\(place) builds are ahead of it"
        return "waits for a free slot: \(slots) \(taken); \(ahead)"
    }
}
