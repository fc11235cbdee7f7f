// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import TestSupport
import Testing

/// Simulated: a number cannot be had again at will without rebooting or wearing out all of them.
///
/// While no daemon runs, the lock of a build is made to name a process that has nothing to do with Nacre, as it does when
/// the supervisor's number has been given to that process since.
@Suite("15: the number of a supervisor has been given to another process", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault15ReusedNumberTests {
    /// What a lock says of the bystander that is not the supervisor's own.
    enum Reuse: String, CaseIterable, CustomTestStringConvertible {
        /// The same boot, an earlier start.
        case laterStart
        /// The very start, of an earlier boot: ticks are counted from there.
        case otherBoot
        /// Written by something else.
        case numberAlone
        /// The process itself, by a build that would like to see it stopped.
        case hostile

        var testDescription: String { rawValue }

        func text(_ pid: Int32) throws -> String {
            let ticks = try #require(FaultBuild.startTicks(of: pid))
            let boot = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8).prefix(36)
            return switch self {
            case .laterStart: "\(pid) \(ticks - 1) \(boot)\n"
            case .otherBoot: "\(pid) \(ticks) 01234567-89ab-cdef-0123-456789abcdef\n"
            case .numberAlone: "\(pid)\n"
            case .hostile: "\(pid) \(ticks) \(boot)\n"
            }
        }
    }

    @Test("15: it is never signalled: the build is lost", arguments: Reuse.allCases)
    func lost(_ reuse: Reuse) throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            try FaultBuild.push(daemon, FaultBuild.buildspec(gate.command))
            try gate.waitUntilReached()
            let supervisor = try FaultBuild.supervisor(daemon)
            let lock = "\(FaultBuild.folder(daemon, try daemon.build("app#1")))/lock"
            // It was to be stopped when the machine went down: the next daemon has every reason to send a signal.
            try daemon.stop(SIGKILL)
            kill(supervisor, SIGKILL)
            try eventually("the supervisor is gone") { !FileLock.isHeld(lock) }
            let bystander = try Self.bystander()
            try reuse.text(bystander.pid).write(toFile: lock, atomically: false, encoding: .utf8)
            try daemon.start()
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "FAULT")
            #expect(build.statusReason?.hasPrefix("supervisor lost") ?? false)
            #expect(FaultBuild.lives(bystander.pid))
            #expect(try daemon.nacre("stop", "app#1").status == 1)
            #expect(FaultBuild.lives(bystander.pid))
        }
    }

    @Test("15: nor by a stop, while somebody still holds the lock", arguments: Reuse.allCases)
    func held(_ reuse: Reuse) throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            try FaultBuild.push(daemon, FaultBuild.buildspec(gate.command))
            try gate.waitUntilReached()
            let supervisor = try FaultBuild.supervisor(daemon)
            let lock = "\(FaultBuild.folder(daemon, try daemon.build("app#1")))/lock"
            try daemon.stop(SIGKILL)
            kill(supervisor, SIGKILL)
            try eventually("the supervisor is gone") { !FileLock.isHeld(lock) }
            let bystander = try Self.bystander()
            try reuse.text(bystander.pid).write(toFile: lock, atomically: false, encoding: .utf8)
            do {
                guard let holder = try FileLock.take(lock) else {
                    throw Program.Failure(description: "\(lock) is held")
                }
                try daemon.start()
                #expect(try daemon.nacre("stop", "app#1").status == 0)
                #expect(try daemon.nacre("stop", "app#1").status == 0)
                #expect(FaultBuild.lives(bystander.pid))
                withExtendedLifetime(holder) {}
            }
            let build = try daemon.finished("app#1")
            #expect(build.buildComplete)
            #expect(FaultBuild.lives(bystander.pid))
        }
    }

    private static func bystander() throws -> BackgroundProgram {
        try BackgroundProgram("/bin/sleep", ["1000"], environment: Program.path, name: "bystander")
    }
}
