// SPDX-License-Identifier: Apache-2.0

import ControlGroups
import Files
import Foundation
import Processes
import Testing

/// Whether this machine lets the tests make groups with the controllers.
private let hasGroups: Bool = {
    let limits = ResourceLimits(memoryBytes: 64 << 20, cpus: 1, processes: 50)
    guard let group = try? ControlGroup.make("nacre-probe-\(UUID().uuidString)", limits) else { return false }
    group.remove()
    return true
}()

@Suite(
    "Control groups",
    .enabled(if: hasGroups, "no control groups can be made here: not root, or none with the controllers"),
    .timeLimit(.minutes(40))
)
struct ControlGroupTests {
    private func withGroup(_ limits: ResourceLimits, _ body: (ControlGroup) throws -> Void) throws {
        let group = try ControlGroup.make("nacre-test-\(UUID().uuidString)", limits)
        defer { group.remove() }
        try body(group)
    }

    private func start(_ script: String, in group: ControlGroup) throws -> ChildProcess {
        let null = try Descriptor.open("/dev/null", O_RDWR)
        var request = ChildProcess.Request(
            executable: "/bin/sh",
            arguments: ["sh", "-c", script],
            environment: ["PATH=/usr/bin:/bin"],
            standard: (null.number, null.number, null.number)
        )
        request.controlGroups = group.joining
        return try ChildProcess.spawn(request)
    }

    @Test("a process that takes more memory than there is, is killed and counted")
    func memory() throws {
        try withGroup(ResourceLimits(memoryBytes: 64 << 20)) { group in
            let child = try start("dd if=/dev/zero of=/dev/null bs=200M count=1", in: group)
            #expect(try child.wait().shellCode == 137)
            let facts = group.facts()
            #expect((facts.outOfMemoryKills ?? 0) >= 1)
            #expect((facts.peakMemoryBytes ?? .max) <= 64 << 20)
        }
    }

    @Test("forks beyond the limit fail and are counted")
    func processes() throws {
        try withGroup(ResourceLimits(processes: 5)) { group in
            let child = try start("for i in 1 2 3 4 5 6 7 8; do sleep 30 & done; exit 0", in: group)
            #expect(try child.wait().shellCode != 0)
            #expect((group.facts().refusedForks ?? 0) >= 1)
        }
    }

    @Test("a group's processes have its share of the processors and no more")
    func processors() throws {
        try withGroup(ResourceLimits(cpus: 0.1)) { group in
            let child = try start("i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done", in: group)
            #expect(try child.wait().isSuccess)
            #expect((group.facts().throttledMilliseconds ?? 0) > 0)
        }
    }

    @Test("everything in a group is killed, sessions of its own included, and the group removed")
    func kill() throws {
        let group = try ControlGroup.make("nacre-test-\(UUID().uuidString)", ResourceLimits(processes: 50))
        let child = try start("setsid sleep 300 & setsid setsid sleep 300 & exec sleep 300", in: group)
        #expect(group.remove())
        #expect(try child.wait() == .signaled(SIGKILL))
    }

    @Test("groups that a killed process has left are removed, others stay")
    func leftovers() throws {
        let prefix = "nacre-left-\(UUID().uuidString)-"
        let dead = try ControlGroup.make(prefix + "dead", ResourceLimits(memoryBytes: 64 << 20))
        let child = try start("exec sleep 300", in: dead)
        let live = try ControlGroup.make(prefix + "live", ResourceLimits(memoryBytes: 64 << 20))
        #expect(ControlGroup.removeLeftovers(prefix: prefix) { $0 == "live" } == 1)
        #expect(try child.wait() == .signaled(SIGKILL))
        #expect(live.facts().outOfMemoryKills == 0)
        #expect(live.remove())
    }

    @Test("a limit that the kernel refuses is told, and nothing is left")
    func badLimit() throws {
        let name = "nacre-test-\(UUID().uuidString)"
        let error = #expect(throws: ControlGroupError.self) {
            _ = try ControlGroup.make(name, ResourceLimits(processes: -5))
        }
        #expect(error?.code == .badLimit)
        #expect(ControlGroup.removeLeftovers(prefix: name) { _ in false } == 0)
    }
}
