// SPDX-License-Identifier: Apache-2.0

import Daemon
import Testing

@Suite("Build queue")
struct BuildQueueTests {
    private func entry(_ number: Int) -> BuildQueue.Entry {
        BuildQueue.Entry(id: "app:\(number)", label: "app#\(number)")
    }

    @Test("builds start in the order in which they came, as slots come free")
    func order() {
        var queue = BuildQueue(limit: 2)
        #expect(queue.apply(.submitted(entry(1))) == [.start(entry(1))])
        #expect(queue.apply(.submitted(entry(2))) == [.start(entry(2))])
        #expect(queue.apply(.submitted(entry(3))) == [])
        #expect(queue.apply(.submitted(entry(4))) == [])
        #expect(queue.apply(.ended(id: "app:2")) == [.start(entry(3))])
        #expect(queue.apply(.ended(id: "app:4")) == [])
        #expect(queue.waiting == [])
        #expect(queue.running == [entry(1), entry(3)])
    }

    @Test("what waits says for what, and how many are ahead")
    func reasons() {
        var queue = BuildQueue(limit: 2)
        for number in 1...5 { _ = queue.apply(.submitted(entry(number))) }
        #expect(queue.reason(for: "app:1") == nil)
        #expect(
            queue.reason(for: "app:3") == "waits for a free slot: all 2 slots are taken by app#1, app#2; it is next"
        )
        #expect(
            queue.reason(for: "app:4")
                == "waits for a free slot: all 2 slots are taken by app#1, app#2; 1 build is ahead of it"
        )
        _ = queue.apply(.draining)
        #expect(queue.reason(for: "app:5") == "waits for the next daemon: this one is stopping")
    }

    @Test("a listing tells of many builds what each is told alone")
    func manyReasons() {
        var queue = BuildQueue(limit: 2)
        for number in 1...9 { _ = queue.apply(.submitted(entry(number))) }
        let ids = (1...10).map { "app:\($0)" }
        let reasons = queue.reasons(for: Set(ids))
        #expect(reasons.count == 7)
        for id in ids { #expect(reasons[id] == queue.reason(for: id)) }
    }

    @Test("a queue that is held starts nothing, says so, and starts all afterwards in order")
    func held() {
        var queue = BuildQueue(limit: 2)
        #expect(queue.apply(.submitted(entry(1))) == [.start(entry(1))])
        #expect(queue.apply(.held(true)) == [])
        #expect(queue.freeSlots == 0)
        for number in 2...4 { #expect(queue.apply(.submitted(entry(number))) == []) }
        #expect(queue.apply(.ended(id: "app:1")) == [])
        #expect(queue.reason(for: "app:2") == "waits as the daemon is being drained; `nacre drain --undo` ends that")
        #expect(queue.apply(.held(false)) == [.start(entry(2)), .start(entry(3))])
        #expect(queue.apply(.ended(id: "app:2")) == [.start(entry(4))])
    }

    @Test("builds that an earlier daemon left running take slots, even more than there are")
    func adopted() {
        var queue = BuildQueue(limit: 1)
        #expect(queue.apply(.adopted(entry(1))) == [])
        #expect(queue.apply(.adopted(entry(2))) == [])
        #expect(queue.apply(.submitted(entry(3))) == [])
        #expect(queue.apply(.ended(id: "app:1")) == [])
        #expect(queue.apply(.ended(id: "app:2")) == [.start(entry(3))])
    }

    @Test("a reserved slot is nobody else's until it is given back")
    func reserved() {
        var queue = BuildQueue(limit: 1)
        #expect(queue.freeSlots == 1)
        #expect(queue.apply(.reserved(1)) == [])
        #expect(queue.freeSlots == 0)
        #expect(queue.apply(.submitted(entry(1))) == [])
        #expect(queue.apply(.released(1)) == [.start(entry(1))])
    }

    @Test("a queue that drains starts nothing more")
    func draining() {
        var queue = BuildQueue(limit: 1)
        _ = queue.apply(.submitted(entry(1)))
        _ = queue.apply(.submitted(entry(2)))
        #expect(queue.apply(.draining) == [])
        #expect(queue.apply(.ended(id: "app:1")) == [])
        #expect(queue.freeSlots == 0)
    }

    @Test("a project at its limit waits, those behind it do not")
    func projectLimits() {
        func limited(_ number: Int) -> BuildQueue.Entry {
            BuildQueue.Entry(id: "shop:\(number)", label: "shop#\(number)", project: "shop", projectLimit: 1)
        }
        var queue = BuildQueue(limit: 2)
        #expect(queue.apply(.submitted(limited(1))) == [.start(limited(1))])
        #expect(queue.apply(.submitted(limited(2))) == [])
        #expect(queue.apply(.submitted(entry(3))) == [.start(entry(3))])
        #expect(
            queue.reason(for: "shop:2") == "waits for its project, of which 1 build runs at most: now shop#1"
        )
        #expect(queue.apply(.ended(id: "app:3")) == [])
        #expect(queue.apply(.ended(id: "shop:1")) == [.start(limited(2))])
    }
}
