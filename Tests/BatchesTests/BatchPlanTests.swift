// SPDX-License-Identifier: Apache-2.0

import Batches
import Diagnostics
import Testing

@Suite("Plans of batches")
struct BatchPlanTests {
    private func plan(_ batch: String) throws -> BatchPlan {
        let text = "version: 0.2\nbatch:\n\(batch)\nphases: {build: {commands: [make]}}\n"
        return try BatchReading(Array(text.utf8), file: "buildspec.yml").plan.get()
    }

    @Test("a list is its builds, each with what it sets otherwise")
    func list() throws {
        let plan = try plan(
            """
              fast-fail: true
              build-list:
                - identifier: linux
                  debug-session: yes
                  env: {compute-type: BUILD_GENERAL1_LARGE, image: 'aws/codebuild/standard:7.0', privileged-mode: true,
                        type: LINUX_CONTAINER, variables: {A: 1, B: '$A'}}
                - {identifier: arm, buildspec: ci/arm.yml, ignore-failure: true, env: {fleet: mine}}
            """
        )
        #expect(plan.stopsAtFirstFailure)
        var linux = BatchPlan.Item(identifier: "linux")
        linux.opensDebugSession = true
        linux.computeType = "BUILD_GENERAL1_LARGE"
        linux.image = "aws/codebuild/standard:7.0"
        linux.isPrivileged = true
        linux.environmentType = "LINUX_CONTAINER"
        linux.variables = [.init(name: "A", value: "1"), .init(name: "B", value: "$A")]
        var arm = BatchPlan.Item(identifier: "arm")
        arm.buildspec = "ci/arm.yml"
        arm.ignoresFailure = true
        arm.fleet = "mine"
        #expect(plan.items == [linux, arm])
    }

    @Test("a graph keeps its dependencies, each once")
    func graph() throws {
        let plan = try plan("  build-graph:\n  - identifier: a\n  - {identifier: b, depend-on: [a, a]}")
        #expect(plan.items.map(\.dependsOn) == [[], ["a"]])
    }

    @Test("a matrix is the whole product in a fixed order, the last variable changing fastest")
    func matrix() throws {
        let plan = try plan(
            """
              build-matrix:
                static: {ignore-failure: true, env: {privileged-mode: true, variables: {S: s, V: static}}}
                dynamic:
                  buildspec: [one.yml, two.yml]
                  env: {variables: {V: [1, 2, 3.10]}}
            """
        )
        #expect(plan.items.map(\.identifier) == (1...6).map { "build_\($0)" })
        #expect(plan.items.map(\.buildspec) == ["one.yml", "one.yml", "one.yml", "two.yml", "two.yml", "two.yml"])
        #expect(plan.items.map { $0.variables.last?.value } == ["1", "2", "3.10", "1", "2", "3.10"])
        #expect(plan.items.allSatisfy { $0.ignoresFailure && $0.isPrivileged == true && $0.variables.count == 2 })
        #expect(plan.items[4].summary == "S=s V=2 two.yml")
    }

    @Test("every side of a matrix multiplies: compute types, images, environment types, several variables")
    func sides() throws {
        let plan = try plan(
            """
              build-matrix:
                dynamic:
                  env: {compute-type: [a, b], image: [i, j], type: [t], privileged-mode: [yes, no],
                        variables: {X: [1, 2], Y: z}}
            """
        )
        #expect(plan.items.count == 16)
        #expect(Set(plan.items).count == 16)
        #expect(plan.items[0].computeType == "a" && plan.items[15].computeType == "b")
        #expect(plan.items.map(\.isPrivileged).prefix(4) == [true, true, false, false])
        #expect(plan.items[1].variables == [.init(name: "X", value: "2"), .init(name: "Y", value: "z")])
    }

    @Test("a matrix without sides is one build")
    func emptyMatrix() throws {
        #expect(try plan("  build-matrix: {static: {ignore-failure: no}}").items.map(\.identifier) == ["build_1"])
    }

    @Test("a fan-out is as many equal builds as it says, each with its number")
    func fanout() throws {
        let plan = try plan("  build-fanout: {parallelism: 3, ignore-failure: true}")
        #expect(plan.items.map(\.identifier) == ["build_fanout_0", "build_fanout_1", "build_fanout_2"])
        #expect(plan.items.map(\.shard) == (0..<3).map { BatchPlan.Shard(index: $0, count: 3) })
        #expect(plan.items.allSatisfy { $0.ignoresFailure })
    }

    private static let refusals = [
        (
            "batch: {build-list: [{identifier: a-b}]}", "BATCH_SPEC_VALIDATION_ERROR",
            "BatchSpec has invalid values.. Build Identifiers a-b must contain only alphanumeric characters and underscores and be less than 128 characters in length."
        ),
        (
            "batch:\n  build-graph:\n  - {identifier: a, depend-on: [b]}\n  - {identifier: b, depend-on: [a]}",
            "BATCH_SPEC_VALIDATION_ERROR", "s.yml:4:5: builds depend on each other in a circle: `a` → `b` → `a`"
        ),
        (
            "batch:\n  build-graph:\n  - {identifier: a, depend-on: [c]}", "BATCH_SPEC_VALIDATION_ERROR",
            "s.yml:4:33: `depend-on` names `c`, and there is no build of that identifier"
        ),
        (
            "batch: {build-list: [{identifier: a}, {identifier: a}]}", "BATCH_SPEC_VALIDATION_ERROR",
            "s.yml:2:52: the identifier `a` is already taken, at line 2"
        ),
        ("env: {}", "BATCH_SPEC_VALIDATION_ERROR", "s.yml has no block `batch`: a batch build needs one"),
        (
            "batch: {build-list: [{identifier: a}]}\nproxy: []", "YAML_FILE_ERROR",
            "s.yml:3:8: `proxy` must be a mapping of keys to values, not a list"
        ),
        ("batch: [", "YAML_FILE_ERROR", nil),
    ]

    @Test("what cannot be a batch is refused with place and code", arguments: refusals)
    func refused(text: String, code: String, message: String?) throws {
        let bytes = Array("version: 0.2\n\(text)\nphases: {build: {commands: [make]}}".utf8)
        let reading = BatchReading(bytes, file: "s.yml")
        let error = #expect(throws: BatchReading.Refusal.self) { try reading.plan.get() }
        #expect(error?.statusCode == code)
        if let message { #expect(error?.message == message) }
    }

    @Test("a version in quotes, which AWS refuses for a batch, is warned of and taken")
    func quotedVersion() throws {
        let text = "version: '0.2'\nbatch: {build-list: [{identifier: a}]}\nphases: {build: {commands: [make]}}"
        let reading = BatchReading(Array(text.utf8), file: "s.yml")
        #expect(try reading.plan.get().items.count == 1)
        #expect(reading.diagnostics.map(\.message) == ["a batch build refuses a version in quotes"])
    }
}
