// SPDX-License-Identifier: Apache-2.0

import Retention
import Testing

@Suite("Retention planner")
struct RetentionPlannerTests {
    private static let day: Int64 = 24 * 3600 * 1000

    /// A project's builds, one a day, the last one today; `x` failed, `.` succeeded, `r` runs.
    private static func input(_ builds: String, bytes: Int64 = 10) -> RetentionInput {
        let items = builds.enumerated().map { index, character in
            RetentionItem(
                kind: .build,
                seq: Int64(index + 1),
                owner: 0,
                endedAt: character == "r" ? nil : Int64(index + 1) * day,
                hasSucceeded: character == ".",
                bytes: bytes
            )
        }
        return RetentionInput(owners: ["app"], items: items, now: Int64(builds.count) * day)
    }

    private static func text(_ input: RetentionInput, _ policy: RetentionPolicy) -> String {
        text(input, RetentionRules(overall: policy))
    }

    /// A letter for each item: what becomes of it.
    private static func text(_ input: RetentionInput, _ rules: RetentionRules) -> String {
        let plan = RetentionPlanner.plan(input, rules)
        var letters = Array(repeating: Character("."), count: input.items.count)
        for step in plan.steps {
            let letter: Character =
                switch step.reason {
                case .age: "a"
                case .count: "c"
                case .bytes: "b"
                case .freeSpace: "f"
                case .unused: "u"
                }
            letters[step.item] = step.action == .remove ? Character(letter.uppercased()) : letter
        }
        return String(letters)
    }

    @Test(
        "each rule takes the oldest first, and never what runs nor the latest success",
        arguments: [
            ("xxxxx", RetentionPolicy(), "....."),
            ("xxxxx", RetentionPolicy(age: 2 * 24 * 3600 * 1000), "AA..."),
            (".xxxx", RetentionPolicy(age: 2 * 24 * 3600 * 1000), ".A..."),
            ("..xxx", RetentionPolicy(age: 1), "A.AA."),
            ("rxxxx", RetentionPolicy(age: 1), ".AAA."),
            ("xxxxx", RetentionPolicy(count: 3), "CC..."),
            (".xxxx", RetentionPolicy(count: 3), ".C..."),
            ("xxxxx", RetentionPolicy(count: 0), "CCCCC"),
            ("xxxrr", RetentionPolicy(count: 3), "....."),
            ("xrxxrrrr", RetentionPolicy(count: 2), "C......."),
            ("xxrr", RetentionPolicy(count: 0), "CC.."),
            ("xxxxx", RetentionPolicy(bytes: 25), "bbb.."),
            (".xxxr", RetentionPolicy(bytes: 25), ".bbb."),
            ("xxxxx", RetentionPolicy(age: 3 * 24 * 3600 * 1000, bytes: 25), "Abb.."),
        ]
    )
    func rules(builds: String, policy: RetentionPolicy, expected: String) {
        #expect(Self.text(Self.input(builds), policy) == expected)
    }

    @Test("little free space takes as much as is missing, and caches before anything else")
    func freeSpace() {
        var input = Self.input("xxxxx")
        input.totalBytes = 1000
        input.freeBytes = 75
        #expect(Self.text(input, RetentionPolicy(freeSpace: .share(0.1))) == "fff..")
        input.spareBytes = 20
        #expect(Self.text(input, RetentionPolicy(freeSpace: .bytes(100))) == "f....")
        #expect(
            RetentionPlanner.plan(input, RetentionRules(overall: RetentionPolicy(freeSpace: .bytes(100)))).bytes == 30
        )
        input.freeBytes = 0
        input.spareBytes = 0
        let plan = RetentionPlanner.plan(input, RetentionRules(overall: RetentionPolicy(freeSpace: .bytes(100))))
        #expect(plan.steps.count == 5)
        #expect(plan.missingBytes == 50)
    }

    @Test("an artifact goes with the last that refers to it")
    func sharedArtifacts() {
        var input = Self.input("xxx", bytes: 0)
        input.artifacts = [.init(digest: "a", size: 100), .init(digest: "b", size: 7, isHeld: true)]
        input.items[0].artifacts = [0, 1]
        input.items[1].artifacts = [0]
        let plan = RetentionPlanner.plan(input, RetentionRules(overall: RetentionPolicy(count: 1)))
        #expect(plan.steps.map(\.bytes) == [0, 100])
        input.items[2].artifacts = [0]
        #expect(RetentionPlanner.plan(input, RetentionRules(overall: RetentionPolicy(count: 1))).bytes == 0)
    }

    @Test("an artifact weighs on each that uses it, until the last use of each has gone")
    func artifactsOfTwoOwners() {
        // Builds of `app`, each with an artifact that an execution of `line` uses too.
        var input = Self.input("xxxxxx", bytes: 10)
        input.owners = ["app", "line"]
        for index in 3..<6 {
            input.items[index].kind = .execution
            input.items[index].owner = 1
            input.items[index].bytes = 0
        }
        input.artifacts = (0..<3).map { .init(digest: "\($0)", size: 100) }
        for index in 0..<6 { input.items[index].artifacts = [index % 3] }
        func plan(_ bytes: Int64, of owner: String) -> RetentionPlan {
            RetentionPlanner.plan(
                input,
                RetentionRules(overall: RetentionPolicy(), projects: [owner: RetentionPolicy(bytes: bytes)])
            )
        }
        // 330 bytes weigh on `app`: two builds less leave 110, although the executions still hold the artifacts.
        #expect(plan(150, of: "app").steps.map(\.item) == [0, 1])
        #expect(plan(150, of: "app").bytes == 20)
        #expect(plan(150, of: "line").steps.map(\.item) == [3, 4])
        #expect(plan(330, of: "app").steps.isEmpty)
        // Overall its bytes count once: 330, and they go with the last use.
        let overall = RetentionPlanner.plan(input, RetentionRules(overall: RetentionPolicy(bytes: 200)))
        #expect(overall.steps.map(\.item) == [0, 1, 2, 3])
        #expect(overall.bytes == 130)
        input.artifacts[0].isHeld = true
        // What something else needs weighs on nobody: 230.
        #expect(plan(230, of: "app").steps.isEmpty)
    }

    @Test("a project's own policy holds instead, word by word")
    func projects() {
        var input = Self.input("xxxxxx")
        input.owners = ["app", "model"]
        for index in 3..<6 { input.items[index].owner = 1 }
        let rules = RetentionRules(
            overall: RetentionPolicy(count: 2),
            projects: ["model": RetentionPolicy(count: 3), "app": RetentionPolicy(bytes: 10)]
        )
        #expect(Self.text(input, rules) == "Cb....")
    }

    @Test("what is needed elsewhere stays, and what its pipeline knows loses its files alone")
    func keeps() {
        var input = Self.input("xxxxx")
        input.items[0].keep = .live
        input.items[1].keep = .debug
        input.items[2].keep = .pipeline
        #expect(Self.text(input, RetentionPolicy(count: 1)) == "..cC.")
        #expect(Self.text(input, RetentionPolicy(bytes: 0)) == "..bbb")
        let plan = RetentionPlanner.plan(input, RetentionRules(overall: RetentionPolicy(count: 1)))
        #expect(plan.kept == [.live: 1, .debug: 1, .policy: 1])
        input.items[2].isStripped = true
        #expect(Self.text(input, RetentionPolicy(count: 1)) == "...C.")
    }

    @Test("builds and executions are counted apart and taken by their age")
    func kinds() {
        var input = Self.input("xxxx")
        input.items[1].kind = .execution
        input.items[1].seq = 1
        input.items[3].kind = .execution
        input.items[3].seq = 2
        #expect(Self.text(input, RetentionPolicy(count: 1)) == "CC..")
        #expect(Self.text(input, RetentionPolicy(bytes: 10)) == "bbb.")
    }

    @Test("a clock that was set back makes nothing older than what was before it")
    func clock() {
        var input = Self.input("xxx")
        input.items[0].endedAt = 100 * Self.day
        #expect(Self.text(input, RetentionPolicy(bytes: 20)) == "b..")
    }

    @Test("a hundred thousand builds are planned for at once")
    func many() {
        let input = Self.input(String(repeating: "x", count: 100_000))
        let plan = RetentionPlanner.plan(input, RetentionRules(overall: RetentionPolicy(count: 10, bytes: 50)))
        #expect(plan.steps.count == 99_995)
    }

    @Test(
        "a share of a disk is bounded, and never more than a half",
        arguments: [
            (FreeSpace.share(0.05), 1000, 50), (.share(0.9), 1000, 500), (.bytes(700), 1000, 500),
            (.bytes(-1), 1000, 0),
            (.share(0.05), 10_000_000_000_000, 20_000_000_000),
        ] as [(FreeSpace, Int64, Int64)]
    )
    func floor(space: FreeSpace, total: Int64, expected: Int64) {
        #expect(space.bytes(ofTotal: total) == expected)
    }
}
