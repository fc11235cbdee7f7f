// SPDX-License-Identifier: Apache-2.0

import Builds
import Control
import Files
import TestSupport
import Testing

@testable import Daemon

@Suite("The doctor's findings", .scratchDirectory, .timeLimit(.minutes(40)))
struct DoctorFindingTests {
    private static func home(_ change: (inout HomeFacts) -> Void) -> [Finding] {
        var facts = HomeFacts(path: "/home", exists: true, version: "1.0")
        facts.daemon = .answers(version: "1.0", pid: 7)
        change(&facts)
        return facts.findings().filter { $0.level != .ok }
    }

    private static func space(_ megabytes: Int64, of total: Int64, files: Int64 = 100_000) -> HomeFacts.Space {
        HomeFacts.Space(
            freeBytes: megabytes << 20,
            totalBytes: total << 20,
            freeFiles: files,
            totalFiles: 1_000_000
        )
    }

    @Test("a good home gives no finding")
    func good() {
        #expect(Self.home { $0.space = Self.space(50_000, of: 100_000) }.isEmpty)
    }

    @Test(
        "free space is judged by bytes and by share",
        arguments: zip([99, 500, 2000, 2000, 50_000] as [Int64], [1000, 1000, 3000, 100_000, 100_000] as [Int64])
    )
    func freeSpace(megabytes: Int64, total: Int64) {
        let levels = Self.home { $0.space = Self.space(megabytes, of: total) }.map(\.level)
        let wanted: [Finding.Level] =
            megabytes < 100 ? [.problem] : megabytes < 1024 || megabytes * 20 < total ? [.warning] : []
        #expect(levels == wanted)
    }

    @Test("a file system without room for files is told, one that does not count them is not")
    func inodes() {
        #expect(Self.home { $0.space = Self.space(50_000, of: 100_000, files: 500) }.map(\.level) == [.problem])
        let uncounted = HomeFacts.Space(freeBytes: 1 << 40, totalBytes: 1 << 41, freeFiles: 0, totalFiles: 0)
        #expect(Self.home { $0.space = uncounted }.isEmpty)
    }

    @Test("a mode that lets others in can be mended, one that shuts the owner out is left alone")
    func modes() {
        let open = HomeFacts.Mode(path: "/home/secrets.key", mode: 0o644, wanted: 0o600)
        let closed = HomeFacts.Mode(path: "/home/lock", mode: 0o400, wanted: 0o600)
        let found = Self.home { $0.modes = [open, closed] }
        #expect(found.map(\.what) == ["/home/secrets.key is open to others: its mode is 644"])
        #expect(found.first?.mending == .setMode(path: "/home/secrets.key", mode: 0o600))
    }

    @Test("a daemon that is silent, other, replaced or gone is told")
    func daemons() {
        let silent = Self.home { $0.daemon = .silent(pid: 9) }
        #expect(silent.map(\.level) == [.problem])
        #expect(silent.first?.what == "the process 9 holds /home/lock but does not answer at /home/control.sock")
        #expect(Self.home { $0.daemon = .answers(version: "0.9", pid: 9) }.first?.what.contains("version 0.9") == true)
        #expect(Self.home { $0.isDaemonReplaced = true }.first?.what.contains("was replaced") == true)
        #expect(Self.home { $0.daemon = .none }.first?.mending == nil)
        let stale = Self.home {
            $0.daemon = .none
            $0.hasSocket = true
        }
        #expect(stale.first?.mending == .removeSocket)
    }

    @Test("what the journal tells is told in words")
    func journal() {
        var facts = JournalFacts(path: "/home/nacre.db")
        facts.hasDaemon = true
        facts.builds = [.init(label: "app#1", isLost: false), .init(label: "app#2", isLost: true)]
        facts.gates = [.init(pipeline: "line", stage: "Deploy", executions: 2, reason: "freeze")]
        facts.missingSources = [.init(pipeline: "line", repository: "gone")]
        facts.orphans = ["/home/builds/x"]
        facts.secondsAhead = 3600
        facts.isDrained = true
        let found = facts.findings().filter { $0.level != .ok }
        #expect(found.map(\.area) == ["build", "build", "daemon", "pipeline", "pipeline", "clock"])
        #expect(found.first?.what == "app#2 is shown as running, but its supervisor is gone")
        #expect(found[1].mending == .setAside(paths: ["/home/builds/x"]))
        #expect(found[4].what.contains("2 executions of line wait before Deploy, whose transition is disabled (free"))
        facts.fault = "/home/nacre.db is damaged"
        #expect(facts.findings().map(\.what) == ["/home/nacre.db is damaged"])
    }

    @Test("a daemon that was started since the doctor looked keeps its socket, and a build its folder")
    func startedMeanwhile() throws {
        let home = Home(path: ScratchDirectory.path)
        let build = BuildFolder(path: "\(home.builds)/00000000-0000-4000-8000-000000000000")
        try Folder.make(build.path)
        try AtomicFile.write([], to: home.socket)
        let daemon = try FileLock.take(home.lock)
        let supervisor = try FileLock.take(build.lock)
        #expect(throws: ControlFailure.self) { try Mending.removeSocket.carryOut(home) }
        #expect(throws: ControlFailure.self) { try Mending.setAside(paths: [build.path]).carryOut(home) }
        #expect(Folder.exists(home.socket) && Folder.isFolder(build.path))
        _ = consume daemon
        _ = consume supervisor
        #expect(try Mending.removeSocket.carryOut(home) == "it was removed")
        _ = try Mending.setAside(paths: [build.path]).carryOut(home)
        #expect(!Folder.exists(home.socket) && !Folder.exists(build.path))
    }
}
