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
        /// The project whose builds are limited; nil: none is.
        package let project: String?
        /// How many builds of the project may run when this one does.
        package let projectLimit: Int

        package init(id: String, label: String, project: String? = nil, projectLimit: Int = .max) {
            self.id = id
            self.label = label
            self.project = project
            self.projectLimit = projectLimit
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
        /// From now on so many builds run at once; those that run go on.
        case limited(Int)
        /// No more builds are to be started, for good: the daemon is stopping.
        case draining
        /// No more builds are to be started until it is taken back.
        case held(Bool)
    }

    /// What is to be done about it.
    package enum Effect: Sendable, Hashable {
        case start(Entry)
    }

    /// The most that run at once.
    package private(set) var limit: Int
    package private(set) var running: [Entry] = []
    package private(set) var waiting: [Entry] = []
    package private(set) var isDraining = false
    package private(set) var isHeld = false
    private var reserved = 0

    /// How many more builds may begin at once.
    package var freeSlots: Int {
        isDraining || isHeld || !waiting.isEmpty ? 0 : max(0, limit - running.count - reserved)
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
        case .limited(let count):
            precondition(count > 0, "a queue needs a slot")
            limit = count
        case .draining:
            isDraining = true
        case .held(let isHeld):
            self.isHeld = isHeld
        }
        if isDraining || isHeld { return [] }
        var free = limit - running.count - reserved
        var starting: [Entry] = []
        // Those behind a build whose project is at its limit are not to wait for that.
        while free > 0, let place = waiting.firstIndex(where: { othersOfProject($0).count < $0.projectLimit }) {
            let entry = waiting.remove(at: place)
            running.append(entry)
            starting.append(entry)
            free -= 1
        }
        return starting.map { .start($0) }
    }

    /// The builds of the same limited project that run.
    private func othersOfProject(_ entry: Entry) -> [Entry] {
        guard let project = entry.project else { return [] }
        return running.filter { $0.project == project }
    }

    /// Why a build waits, in one sentence; nil when it does not.
    package func reason(for id: String) -> String? {
        waiting.firstIndex { $0.id == id }.map { reason(at: $0) }
    }

    /// Why several builds wait, by their ids: one look at the queue, however many they are.
    package func reasons(for ids: Set<String>) -> [String: String] {
        var reasons: [String: String] = [:]
        for place in waiting.indices where ids.contains(waiting[place].id) {
            reasons[waiting[place].id] = reason(at: place)
        }
        return reasons
    }

    private func reason(at place: Int) -> String {
        if isDraining { return "waits for the next daemon: this one is stopping" }
        if isHeld { return "waits as the daemon is being drained; `nacre drain --undo` ends that" }
        let entry = waiting[place]
        let others = othersOfProject(entry)
        if others.count >= entry.projectLimit {
            let builds = entry.projectLimit == 1 ? "build runs" : "builds run"
            return "waits for its project, of which \(entry.projectLimit) \(builds) at most: now "
                + others.prefix(3).map(\.label).joined(separator: ", ")
        }
        let slots = limit == 1 ? "the only slot is taken by" : "all \(limit) slots are taken by"
        let taken = running.prefix(3).map(\.label).joined(separator: ", ") + (running.count > 3 ? ", …" : "")
        let ahead =
            place == 0 ? "it is next" : place == 1 ? "1 build is ahead of it" : "\(place) builds are ahead of it"
        return "waits for a free slot: \(slots) \(taken); \(ahead)"
    }
}
