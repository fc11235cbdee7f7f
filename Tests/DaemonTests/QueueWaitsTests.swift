// SPDX-License-Identifier: Apache-2.0

import Daemon
import Testing
import WireWords

@Suite("Waits in the queue")
struct QueueWaitsTests {
    @Test("those whose time is over come out, once, and who has left the queue does not")
    func expiry() {
        let ids = (0..<4).map { _ in BuildID.make(project: "app") }
        var waits = QueueWaits()
        #expect(waits.next == nil)
        waits.add(ids[0], until: 300, seconds: 3)
        waits.add(ids[1], until: 100, seconds: 1)
        waits.add(ids[2], until: 200, seconds: 2)
        waits.add(ids[3], until: 100, seconds: 1)
        waits.remove(ids[3])
        #expect(waits.next == 100)
        #expect(waits.takeExpired(at: 99) == [])
        #expect(waits.takeExpired(at: 100) == [QueueWaits.Expired(id: ids[1], seconds: 1)])
        #expect(waits.next == 200)
        #expect(Set(waits.takeExpired(at: 1000).map(\.id)) == [ids[0], ids[2]])
        #expect(waits.next == nil)
    }
}
