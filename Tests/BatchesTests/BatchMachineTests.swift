// SPDX-License-Identifier: Apache-2.0

import Batches
import Testing
import WireWords

@Suite("The machine of batches")
struct BatchMachineTests {
    /// `name`, `name!` for an ignored failure, `name < a b` for dependencies.
    private func plan(_ items: [String], fastFail: Bool = false) -> BatchPlan {
        let items = items.map { text in
            let parts = text.split(separator: " ")
            var item = BatchPlan.Item(identifier: String(parts[0].filter { $0 != "!" }))
            item.ignoresFailure = parts[0].hasSuffix("!")
            item.dependsOn = parts.dropFirst(2).map(String.init)
            return item
        }
        return BatchPlan(items: items, stopsAtFirstFailure: fastFail)
    }

    @Test("a list starts at once, and the batch ends with its last build")
    func list() {
        var machine = BatchMachine(plan(["a", "b"]))
        #expect(machine.apply(.began) == [.start(["a", "b"])])
        #expect(machine.submitted == ["a", "b"])
        #expect(machine.apply(.started("a")) == [])
        #expect(machine.submitted == ["b"] && machine.active == ["a", "b"])
        #expect(machine.apply(.ended("b", .succeeded)) == [])
        #expect(machine.apply(.ended("a", .succeeded)) == [.finish(.succeeded)])
        #expect(machine.verdict == .succeeded)
    }

    @Test("a build of a graph starts with the end of the last that it depends on")
    func graph() {
        var machine = BatchMachine(plan(["d < b c", "b < a", "c < a", "a"]))
        #expect(machine.apply(.began) == [.start(["a"])])
        #expect(machine.apply(.ended("a", .succeeded)) == [.start(["b", "c"])])
        #expect(machine.apply(.ended("c", .succeeded)) == [])
        #expect(machine.apply(.ended("b", .succeeded)) == [.start(["d"])])
        #expect(machine.apply(.ended("d", .succeeded)) == [.finish(.succeeded)])
    }

    @Test("what depends on a failed build is not started, and says why; the others go on")
    func failure() {
        var machine = BatchMachine(plan(["a", "b < a", "c < b", "x"]))
        #expect(machine.apply(.began) == [.start(["a", "x"])])
        #expect(machine.apply(.ended("a", .failed)) == [])
        #expect(machine.standing("b") == .skipped("`a` failed"))
        #expect(machine.standing("c") == .skipped("`b` was not started"))
        #expect(machine.apply(.ended("x", .succeeded)) == [.finish(.failed)])
    }

    @Test("an ignored failure neither harms the batch nor keeps what depends on it from starting")
    func ignored() {
        var machine = BatchMachine(plan(["a!", "b < a"], fastFail: true))
        _ = machine.apply(.began)
        #expect(machine.apply(.ended("a", .failed)) == [.start(["b"])])
        #expect(machine.apply(.ended("b", .succeeded)) == [.finish(.succeeded)])
    }

    @Test("fast-fail stops what runs and starts nothing more; the batch is FAILED, not STOPPED")
    func fastFail() {
        var machine = BatchMachine(plan(["a", "b", "c < b"], fastFail: true))
        _ = machine.apply(.began)
        #expect(machine.apply(.ended("a", .failed)) == [.stop(["b"])])
        #expect(machine.standing("c") == .skipped("`a` failed, and `fast-fail` is set"))
        #expect(machine.apply(.ended("b", .stopped)) == [.finish(.failed)])
    }

    @Test("a failure that ends the batch finishes it once")
    func lastFailure() {
        var machine = BatchMachine(plan(["a", "b < a"], fastFail: true))
        _ = machine.apply(.began)
        #expect(machine.apply(.ended("a", .failed)) == [.finish(.failed)])
    }

    @Test("a stop stops what runs, once, and the batch is STOPPED when all have ended")
    func stop() {
        var machine = BatchMachine(plan(["a", "b < a"]))
        _ = machine.apply(.began)
        #expect(machine.apply(.stopRequested) == [.stop(["a"])])
        #expect(machine.apply(.stopRequested) == [])
        #expect(machine.apply(.ended("a", .stopped)) == [.finish(.stopped)])
        #expect(machine.standing("b") == .skipped("the batch was stopped"))
        #expect(machine.apply(.stopRequested) == [])
    }

    @Test("a stop that comes too late changes nothing")
    func lateStop() {
        var machine = BatchMachine(plan(["a"]))
        _ = machine.apply(.began)
        _ = machine.apply(.stopRequested)
        #expect(machine.apply(.ended("a", .succeeded)) == [.finish(.succeeded)])
    }

    @Test("a stop before the beginning ends the batch without a build")
    func stopBefore() {
        var machine = BatchMachine(plan(["a"]))
        #expect(machine.apply(.stopRequested) == [.finish(.stopped)])
        #expect(machine.apply(.began) == [])
    }

    @Test("a batch that took too long is TIMED_OUT")
    func timeout() {
        var machine = BatchMachine(plan(["a"]))
        _ = machine.apply(.began)
        #expect(machine.apply(.timedOut) == [.stop(["a"])])
        #expect(machine.apply(.ended("a", .stopped)) == [.finish(.timedOut)])
    }

    @Test(
        "how the batch ends follows from its builds",
        arguments: [
            ([BuildStatus.fault], BuildStatus.fault), ([.fault, .failed], .failed), ([.failed, .fault], .failed),
            ([.timedOut, .succeeded], .failed), ([.stopped], .failed),
        ]
    )
    func verdicts(ends: [BuildStatus], verdict: BuildStatus) {
        var machine = BatchMachine(plan(ends.indices.map { "b\($0)" }))
        _ = machine.apply(.began)
        for (index, status) in ends.enumerated() { _ = machine.apply(.ended("b\(index)", status)) }
        #expect(machine.verdict == verdict)
    }

    @Test("events that do not fit change nothing")
    func foreignEvents() {
        var machine = BatchMachine(plan(["a", "b < a"]))
        _ = machine.apply(.began)
        let before = machine
        for event in [
            BatchMachine.Event.began, .ended("b", .succeeded), .ended("z", .failed), .started("b"),
            .ended("a", .inProgress),
        ] {
            #expect(machine.apply(event) == [])
        }
        #expect(machine == before)
        _ = machine.apply(.ended("a", .succeeded))
        let after = machine
        #expect(machine.apply(.ended("a", .failed)) == [])
        #expect(machine == after)
    }

    /// A graph without cycles, with random edges, failures to ignore and ends.
    private func randomPlan(_ random: inout SeededGenerator) -> BatchPlan {
        let count = Int.random(in: 1...9, using: &random)
        var items = (0..<count).map { index in
            var item = BatchPlan.Item(identifier: "b\(index)")
            item.ignoresFailure = Int.random(in: 0..<4, using: &random) == 0
            item.dependsOn = (0..<index).filter { _ in Int.random(in: 0..<3, using: &random) == 0 }.map { "b\($0)" }
            return item
        }
        items.shuffle(using: &random)
        return BatchPlan(items: items, stopsAtFirstFailure: Bool.random(using: &random))
    }

    @Test("whatever happens, builds start once, after what they depend on, and the batch ends", arguments: 0..<300)
    func properties(seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed))
        let plan = randomPlan(&random)
        var machine = BatchMachine(plan)
        var started: [String] = []
        var ended: [String: BuildStatus] = [:]
        var stopped: Set<String> = []
        var verdicts: [BuildStatus] = []
        var steps = 0
        func take(_ effects: [BatchMachine.Effect]) throws {
            for effect in effects {
                switch effect {
                case .start(let identifiers):
                    for identifier in identifiers {
                        let item = try #require(plan.item(identifier))
                        #expect(!started.contains(identifier))
                        for dependency in item.dependsOn {
                            let isFine =
                                ended[dependency] == .succeeded || plan.item(dependency)?.ignoresFailure == true
                            #expect(ended[dependency] != nil && isFine)
                        }
                        #expect(stopped.isEmpty)
                        started.append(identifier)
                    }
                case .stop(let identifiers):
                    #expect(identifiers.allSatisfy { started.contains($0) && ended[$0] == nil })
                    stopped.formUnion(identifiers)
                case .finish(let status): verdicts.append(status)
                }
            }
        }
        try take(machine.apply(.began))
        while verdicts.isEmpty {
            steps += 1
            try #require(steps < 1000)
            if Int.random(in: 0..<20, using: &random) == 0 {
                try take(machine.apply(Bool.random(using: &random) ? .stopRequested : .timedOut))
                continue
            }
            let running = started.filter { ended[$0] == nil }
            let identifier = try #require(running.randomElement(using: &random))
            let ends: [BuildStatus] = [.succeeded, .succeeded, .succeeded, .failed, .fault, .stopped]
            let status = try #require(ends.randomElement(using: &random))
            ended[identifier] = status
            try take(machine.apply(.ended(identifier, status)))
        }
        #expect(verdicts == [machine.verdict])
        #expect(machine.active.isEmpty)
        #expect(plan.items.allSatisfy { machine.standing($0.identifier)?.isOver == true })
        let isHarmless = plan.items.allSatisfy { item in
            ended[item.identifier] == .succeeded || (ended[item.identifier] != nil && item.ignoresFailure)
        }
        if machine.verdict == .succeeded { #expect(isHarmless) }
        if isHarmless, stopped.isEmpty { #expect(machine.verdict == .succeeded) }
    }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
