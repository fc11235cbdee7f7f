// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

extension IsolationFixture {
    /// Whether a build's own control group can be made: asked of the product itself.
    static let hasMemoryLimits = geteuid() == 0 && FileManager.default.isWritableFile(atPath: "/sys/fs/cgroup")
}

@Suite(
    "nacre build --memory --pids",
    .scratchDirectory,
    .enabled(if: IsolationFixture.hasMemoryLimits, "control groups cannot be made here: not root"),
    .timeLimit(.minutes(40))
)
struct LimitTests {
    private static let places: [[String]] = IsolationFixture.hasBubblewrap ? [[], ["--sandbox"]] : [[]]

    private func build(_ place: [String], _ arguments: String...) throws -> Program.Result {
        try Program.run(
            Program.product("nacre"),
            ["build", "tree"] + place + arguments,
            environment: IsolationFixture.environment(),
            in: ScratchDirectory.path
        )
    }

    @Test("a command that takes too much memory is killed, and the limit named", arguments: places)
    func memory(_ place: [String]) throws {
        try IsolationFixture.write("dd if=/dev/zero of=/dev/null bs=300M count=1")
        let result = try build(place, "--memory", "64M")
        #expect(result.status == 1)
        #expect(result.errors.contains("out of memory, limit 64 MiB"), "\(result)")
    }

    @Test("a command that forks too much fails, and the limit is named", arguments: places)
    func processes(_ place: [String]) throws {
        try IsolationFixture.write("for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 20 & done")
        let result = try build(place, "--pids", "12")
        #expect(result.status == 1)
        #expect(result.errors.contains("the limit of 12 processes was reached"), "\(result)")
    }

    @Test(
        "sizes and numbers that make no sense are refused",
        arguments: [
            ["--memory", "lots"], ["--memory", "12"], ["--cpus", "0"], ["--cpus", "x"], ["--pids", "0"],
            ["--no-network"],
            ["--sandbox", "--image", "x"],
        ]
    )
    func usage(_ arguments: [String]) throws {
        try IsolationFixture.write("true")
        #expect(try build(arguments).status == 2)
    }
}
