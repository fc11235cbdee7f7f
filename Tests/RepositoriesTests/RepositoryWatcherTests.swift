// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import TestSupport
import Testing

@testable import Repositories

@Suite("Repository watcher", .scratchDirectory, .timeLimit(.minutes(40)))
struct RepositoryWatcherTests {
    private static let key = RepositoryKey(rawValue: 7)

    /// A watcher, and its events as a stream that ends when the test's time is over.
    private struct Scene {
        let watcher: RepositoryWatcher
        private let events: AsyncStream<WatchEvent>

        init() throws {
            let (events, continuation) = AsyncStream<WatchEvent>.makeStream()
            watcher = try RepositoryWatcher { event in continuation.yield(event) }
            self.events = events
        }

        /// Waits for an event, passing over others.
        func wait(for expected: WatchEvent) async -> Bool {
            for await event in events where event == expected {
                return true
            }
            return false
        }

        /// Forgets what has come until now: asks for an overflow, and waits for its echo.
        func settle() async {
            watcher.simulateOverflow()
            _ = await wait(for: .overflow)
        }

        /// What comes until an overflow that is asked for now.
        func rest() async -> [WatchEvent] {
            watcher.simulateOverflow()
            var found: [WatchEvent] = []
            for await event in events {
                if event == .overflow { break }
                found.append(event)
            }
            return found
        }
    }

    @Test("pushes of every kind are noticed")
    func pushes() async throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let scene = try Scene()
        #expect(scene.watcher.add(Self.key, path: fixture.bare))
        let pushes = [
            ["HEAD:model"], ["HEAD:refs/heads/feat/a'b;$(id)"], ["HEAD:refs/heads/feat/second"], [":model"],
            ["HEAD:refs/heads/d1/d2/d3/leaf"], [":d1/d2/d3/leaf"], ["HEAD:refs/heads/d1/d2/d3/leaf"],
        ]
        for refspecs in pushes {
            await scene.settle()
            let result = try Program.run(
                "git",
                ["-C", fixture.work, "push", "origin"] + refspecs,
                environment: GitFixture.environment
            )
            #expect(result.status == 0, "\(result)")
            #expect(await scene.wait(for: .changed(Self.key)), "\(refspecs)")
        }
        await scene.settle()
        try fixture.git("commit", "-q", "--amend", "-m", "again")
        #expect(try fixture.push("+HEAD:main").status == 0)
        #expect(await scene.wait(for: .changed(Self.key)))
        // Deleting a packed ref only replaces packed-refs.
        try fixture.gitInBare("pack-refs", "--all")
        await scene.settle()
        #expect(try fixture.push(":feat/second").status == 0)
        #expect(await scene.wait(for: .changed(Self.key)))
        scene.watcher.close()
    }

    @Test("lock files, the stash and objects are no reason to look")
    func silence() async throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let scene = try Scene()
        scene.watcher.add(Self.key, path: fixture.bare)
        await scene.settle()
        for name in ["refs/heads/x.lock", "packed-refs.lock", "HEAD.lock", "config", "refs/stash", "objects/info/x"] {
            try Data("x".utf8).write(to: URL(fileURLWithPath: "\(fixture.bare)/\(name)"))
        }
        #expect(await scene.rest() == [])
        scene.watcher.close()
    }

    @Test("directories that are made faster than they are watched are not lost")
    func deepDirectories() async throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let id = try fixture.git("rev-parse", "HEAD")
        let scene = try Scene()
        scene.watcher.add(Self.key, path: fixture.bare)
        for index in 0..<20 {
            let ref = "refs/heads/n\(index)/o/p/q/leaf"
            await scene.settle()
            try fixture.gitInBare("update-ref", ref, id)
            // Whenever the watches came, a scan after the last event sees the ref.
            while try RefScan.read(fixture.bare, patterns: BranchPatterns(["n\(index)/**"])).targets[RefName(ref)]
                == nil
            {
                #expect(await scene.wait(for: .changed(Self.key)))
            }
            await scene.settle()
            try fixture.gitInBare("update-ref", ref, id + "^{commit}")
            try fixture.gitInBare("update-ref", "-d", ref)
            #expect(await scene.wait(for: .changed(Self.key)))
        }
        scene.watcher.close()
    }

    @Test("several repositories are told apart, and one that is removed is silent")
    func several() async throws {
        let first = try GitFixture(in: ScratchDirectory.path)
        try FileManager.default.createDirectory(atPath: ScratchDirectory.path + "/b", withIntermediateDirectories: true)
        let second = try GitFixture(in: ScratchDirectory.path + "/b")
        let other = RepositoryKey(rawValue: 8)
        let scene = try Scene()
        scene.watcher.add(Self.key, path: first.bare)
        scene.watcher.add(other, path: second.bare)
        await scene.settle()
        #expect(try second.push("HEAD:model").status == 0)
        #expect(Set(await scene.rest()) == [.changed(other)])
        scene.watcher.remove(other)
        #expect(try second.push("HEAD:refs/heads/more").status == 0)
        #expect(try first.push("HEAD:model").status == 0)
        #expect(Set(await scene.rest()) == [.changed(Self.key)])
        scene.watcher.close()
    }

    @Test(
        "9: a repository that is removed and made again is noticed and watched again",
        arguments: ["remove", "rename"]
    )
    func recreated(way: String) async throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let scene = try Scene()
        #expect(scene.watcher.add(Self.key, path: fixture.bare))
        let away = fixture.bare + ".away"
        if way == "rename" {
            try FileManager.default.moveItem(atPath: fixture.bare, toPath: away)
        } else {
            try FileManager.default.copyItem(atPath: fixture.bare, toPath: away)
            try FileManager.default.removeItem(atPath: fixture.bare)
        }
        #expect(await scene.wait(for: .vanished(Self.key)))
        if way == "rename" {
            try FileManager.default.moveItem(atPath: away, toPath: fixture.bare)
        } else {
            try GitFixture.git(["init", "-q", "--bare", fixture.bare], in: fixture.work)
        }
        #expect(await scene.wait(for: .appeared(Self.key)))
        await scene.settle()
        #expect(try fixture.push("HEAD:refs/heads/after").status == 0)
        #expect(await scene.wait(for: .changed(Self.key)))
        scene.watcher.close()
    }

    @Test("a repository that is not there yet is waited for, whatever of its path is missing")
    func notYet() async throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let path = ScratchDirectory.path + "/x/y/late.git"
        let scene = try Scene()
        #expect(!scene.watcher.add(Self.key, path: path))
        try FileManager.default.createDirectory(atPath: ScratchDirectory.path + "/x", withIntermediateDirectories: true)
        await scene.settle()
        try GitFixture.git(["init", "-q", "--bare", path], in: fixture.work)
        #expect(await scene.wait(for: .appeared(Self.key)))
        await scene.settle()
        try fixture.git("remote", "set-url", "origin", path)
        #expect(try fixture.push("main").status == 0)
        #expect(await scene.wait(for: .changed(Self.key)))
        scene.watcher.close()
    }

    @Test("a repository that takes the place of another at once is looked at")
    func replaced() async throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        try FileManager.default.copyItem(atPath: fixture.bare, toPath: fixture.bare + ".new")
        let scene = try Scene()
        scene.watcher.add(Self.key, path: fixture.bare)
        await scene.settle()
        let swap = "mv \"$1\" \"$1.old\" && mv \"$1.new\" \"$1\""
        #expect(
            try Program.run("sh", ["-c", swap, "sh", fixture.bare], environment: GitFixture.environment).status == 0
        )
        let events = Set(await scene.rest())
        #expect(events.contains(.changed(Self.key)) || events.contains(.appeared(Self.key)))
        #expect(try fixture.push("HEAD:model").status == 0)
        #expect(await scene.wait(for: .changed(Self.key)))
        scene.watcher.close()
    }

    @Test("6: after an overflow everything is watched as before")
    func overflow() async throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        let scene = try Scene()
        scene.watcher.add(Self.key, path: fixture.bare)
        scene.watcher.simulateOverflow()
        #expect(await scene.wait(for: .overflow))
        #expect(try fixture.push("HEAD:model").status == 0)
        #expect(await scene.wait(for: .changed(Self.key)))
        scene.watcher.close()
    }

    @Test("6: without inotify repositories are polled, and said to be")
    func polling() throws {
        let fixture = try GitFixture(in: ScratchDirectory.path)
        var table = WatchTable(inotify: nil)
        let failure = FileError(code: EMFILE, function: "inotify_init1")
        #expect(table.add(Self.key, path: fixture.bare) == [.polled(Self.key, failure)])
        #expect(table.isPresent(Self.key))
        #expect(table.needsPolling)
        #expect(table.poll() == [])
        #expect(try fixture.push("HEAD:refs/heads/a/b").status == 0)
        #expect(table.poll() == [.changed(Self.key)])
        #expect(table.poll() == [])
        try FileManager.default.moveItem(atPath: fixture.bare, toPath: fixture.bare + "2")
        #expect(table.poll() == [.vanished(Self.key)])
        #expect(!table.isPresent(Self.key))
        try FileManager.default.moveItem(atPath: fixture.bare + "2", toPath: fixture.bare)
        #expect(table.poll() == [.appeared(Self.key)])
        table.remove(Self.key)
        #expect(!table.needsPolling)
    }

    @Test("a watcher that is closed says nothing any more")
    func closed() throws {
        let watcher = try RepositoryWatcher { _ in }
        watcher.add(Self.key, path: ScratchDirectory.path)
        watcher.close()
        watcher.close()
    }
}
