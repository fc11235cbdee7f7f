// SPDX-License-Identifier: Apache-2.0

import Builds
import Testing
import WireWords

@testable import Sandboxes

@Suite("What bubblewrap is told")
struct BubblewrapTests {
    private func words(
        home: String = "/home/u",
        isRoot: Bool = false,
        existing: Set<String> = ["/home", "/root", "/run", "/tmp", "/home/u", "/home/u/.pyenv", "/home/u/.ssh"]
    ) -> [String] {
        let source = BuildRequest.Source(directory: "/home/u/tree", type: "NO_SOURCE")
        let request = BuildRequest(
            id: BuildID.make(project: "p"),
            number: 1,
            initiator: "i",
            source: source,
            at: .now()
        )
        let folder = BuildFolder(path: "/home/u/state/builds/U")
        return Bubblewrap(
            surroundings: Surroundings(folder, request, executable: "/opt/nacre-supervisor"),
            userHome: home,
            path: "/home/u/.pyenv/shims:/usr/bin",
            hasNetwork: false,
            isRoot: isRoot,
            joinable: ["/sys/fs/cgroup/g/cgroup.procs"],
            exists: existing.contains
        ).arguments()
    }

    /// Where an option with this last word stands.
    private func place(_ option: [String], in words: [String]) -> Int? {
        words.indices.first { words[$0...].starts(with: option) }
    }

    @Test("homes are empty but for toolchains, and Nacre's home but for the build")
    func hidden() throws {
        let words = words()
        let home = try #require(place(["--tmpfs", "/home"], in: words))
        let toolchain = try #require(place(["--ro-bind", "/home/u/.pyenv", "/home/u/.pyenv"], in: words))
        let state = try #require(place(["--tmpfs", "/home/u/state"], in: words))
        let build = try #require(place(["--bind", "/home/u/state/builds/U", "/home/u/state/builds/U"], in: words))
        let tree = try #require(place(["--bind", "/home/u/tree", "/home/u/tree"], in: words))
        #expect(home < toolchain && toolchain < state && tree < state && state < build)
        #expect(!words.contains { $0.contains(".ssh") })
        #expect(words.suffix(4) == ["--", "/opt/nacre-supervisor", "--inside", "/home/u/state/builds/U"])
    }

    @Test("root keeps what users and files need, and nothing else")
    func capabilities() {
        let words = words(isRoot: true)
        #expect(place(["--cap-drop", "ALL", "--cap-add", "CAP_CHOWN"], in: words) != nil)
        #expect(!words.contains("CAP_SYS_ADMIN") && !words.contains("--unshare-user"))
    }

    @Test(
        "the home of Nacre is known by the place of the build",
        arguments: [
            ("/a/b/builds/U", "/a/b"), ("/a/local/U", "/a"), ("/a/other/U", nil),
        ]
    )
    func home(_ folder: String, _ home: String?) {
        #expect(Surroundings.home(of: folder) == home)
    }

    @Test("a machine without user namespaces is told in words")
    func namespaces() {
        let text = Bubblewrap.explain("bwrap: No permissions to create new namespace, likely because …\n")
        #expect(
            text.hasPrefix("the sandbox cannot be started, as this machine forbids user namespaces: No permissions")
        )
    }

    @Test("toolchain managers find themselves although the home is another")
    func managers() {
        let machine = ["HOME": "/home/u", "PATH": "/bin", "TMPDIR": "/home/u/tmp"]
        let result = InnerSupervisor.sandboxed(machine, home: "/b/home") { $0 == "/home/u/.nvm" }
        #expect(result == ["HOME": "/b/home", "PATH": "/bin", "NVM_DIR": "/home/u/.nvm"])
    }

    @Test("an image's variables are the build's, without podman's")
    func image() {
        let own = ["HOME": "/", "PATH": "/x", "container": "podman", "TERM": "xterm", "JAVA_HOME": "/j"]
        #expect(InnerSupervisor.imaged(own) == ["HOME": "/root", "PATH": "/x", "JAVA_HOME": "/j"])
    }
}
