// SPDX-License-Identifier: Apache-2.0

import Builds
import Testing
import WireWords

@testable import Sandboxes

@Suite("What podman is told")
struct PodmanTests {
    private func request() -> BuildRequest {
        let source = BuildRequest.Source(directory: "/h/builds/U/workspace/src", type: "NO_SOURCE")
        return BuildRequest(id: BuildID.make(project: "p"), number: 1, initiator: "i", source: source, at: .now())
    }

    private func arguments(
        _ folder: String = "/h/builds/U",
        _ limits: BuildRequest.Limits = BuildRequest.Limits(),
        hasNetwork: Bool = false
    ) throws -> [String] {
        let surroundings = Surroundings(BuildFolder(path: folder), request(), executable: "/x/nacre-supervisor")
        return try Podman.runArguments(
            image: "busybox",
            hasNetwork: hasNetwork,
            surroundings,
            limits: limits,
            uuid: "U"
        )
    }

    @Test("the image's entry point is ours, and its last words are the supervisor's")
    func entryPoint() throws {
        let words = try arguments()
        #expect(words.starts(with: ["run", "--rm", "--interactive", "--pull=never"]))
        #expect(words.suffix(3) == ["busybox", "--inside", "/h/builds/U"])
        let entry = try #require(words.firstIndex(of: "--entrypoint"))
        #expect(words[entry + 1] == "/nacre/nacre-supervisor")
        #expect(words.contains("type=bind,source=/x/nacre-supervisor,target=/nacre/nacre-supervisor,readonly"))
        #expect(words.contains("type=bind,source=/h/builds/U,target=/h/builds/U"))
    }

    @Test("limits and network are options of podman", arguments: [true, false])
    func limits(_ hasNetwork: Bool) throws {
        let limits = BuildRequest.Limits(memoryBytes: 1 << 26, cpus: 1.5, processes: 20)
        let text = try arguments("/h/builds/U", limits, hasNetwork: hasNetwork).joined(separator: " ")
        #expect(text.contains("--memory 67108864b --memory-swap 67108864b --cpus 1.5 --pids-limit 20 "))
        #expect(text.contains("--network \(hasNetwork ? "host" : "none") "))
    }

    @Test("a path that podman's options cannot say is refused")
    func comma() {
        #expect(throws: SandboxError.self) { try arguments("/h,readonly/builds/U") }
    }

    @Test("names that are no images are refused", arguments: ["", "-v", "a b", "aws/codebuild/standard:7.0"])
    func names(_ image: String) {
        #expect(throws: SandboxError.self) { try Podman.check(image: image) }
    }

    @Test("the settings fit a machine without systemd and without the right to raise limits")
    func settings() {
        var settings = PodmanSettings(buildUUID: "U")
        settings.limits = PodmanSettings.hardLimits(
            "Limit     Soft Limit  Hard Limit  Units\nMax processes  96365  96365  processes\nMax open files  1024  20000  files\n"
        )
        #expect(
            settings.text == """
                [containers]
                annotations = ["run.nacre.build=U"]
                default_ulimits = ["nofile=20000:20000", "nproc=30000:30000"]
                log_driver = "k8s-file"
                netns = "host"
                [engine]
                events_logger = "file"
                cgroup_manager = "cgroupfs"
                runtime = "runc"

                """
        )
    }

    @Test("the right to raise limits is read from the capabilities")
    func capabilities() {
        #expect(PodmanSettings.mayRaiseLimits("Name:\tx\nCapEff:\t000001ffffffffff\n"))
        #expect(!PodmanSettings.mayRaiseLimits("CapEff:\t000001fffeffffff\n"))
        #expect(!PodmanSettings.mayRaiseLimits(""))
    }

    @Test("podman's own reason is told, without its warnings")
    func reason() {
        #expect(Podman.reason("time=1 level=warning msg=x\nError: a: b\n") == "a: b")
        #expect(Podman.reason("") == "podman gave no reason")
        #expect(Podman.saysImageIsMissing("Error: localhost/nope:1: image not known"))
    }

    @Test("a program that is not there is named with its package")
    func missing() {
        let error = SandboxError(
            .unavailable,
            "a sandbox needs bwrap, which is not installed (Debian, Ubuntu: apt-get install bubblewrap)"
        )
        #expect(throws: error) {
            _ = try Tools(folders: ["/nowhere"]).require("bwrap", package: "bubblewrap", for: "a sandbox")
        }
    }
}
