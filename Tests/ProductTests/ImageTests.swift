// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite(
    "nacre build --image",
    .scratchDirectory,
    .enabled(if: IsolationFixture.hasPodman, "podman cannot be used here: not root, or not installed"),
    .disabled(if: Sanitizers.arePresent, "the supervisor loads a sanitizer, and images do not have it"),
    .timeLimit(.minutes(40))
)
struct ImageTests {
    private let image = IsolationFixture.image

    @Test("commands run in the image, with the same log, exit codes and artifacts")
    func semantics() throws {
        try IsolationFixture.write(
            "echo $CODEBUILD_BUILD_IMAGE $HOME; id -u; ls /bin/busybox /nacre",
            "A=1; cd /tmp",
            "echo a=$A in $(pwd); echo made > $CODEBUILD_SRC_DIR/made.txt; setsid sleep 3573.25 &",
            "exit 7"
        )
        let result = try IsolationFixture.build("--image", image, "--no-network", "-a", "out", "--unpacked")
        #expect(result.status == 1)
        #expect(result.output.contains("\n\(image) /root\n0\n"), "\(result)")
        #expect(result.output.contains("\na=1 in /tmp\n"))
        #expect(result.output.contains("Reason: exit status 7"))
        #expect(FileManager.default.fileExists(atPath: "\(ScratchDirectory.path)/out/artifacts/made.txt"))
        #expect(IsolationFixture.processes("3573.25").isEmpty)
    }

    @Test("an image that cannot be pulled ends the build in PROVISIONING, in AWS's words")
    func missing() throws {
        try IsolationFixture.write("echo ran")
        let result = try IsolationFixture.build("--image", "127.0.0.1:1/nope:1", "--json")
        let build = try JSONDecoder().decode(ShownBuild.self, from: Data(result.output.utf8))
        #expect(result.status == 1 && build.buildStatus == "FAILED")
        let phase = build.phase("PROVISIONING")
        #expect(phase?.phaseStatus == "FAILED")
        #expect(phase?.contexts?.first?.statusCode == "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE")
        #expect(phase?.contexts?.first?.message.contains("127.0.0.1:1/nope:1") == true)
        #expect(build.phase("DOWNLOAD_SOURCE") == nil && !result.errors.contains("\nran\n"))
    }

    @Test("CodeBuild's own images are refused with one that can be pulled")
    func curated() throws {
        try IsolationFixture.write("echo ran")
        let result = try IsolationFixture.build("--image", "aws/codebuild/standard:7.0")
        #expect(result.status == 1)
        #expect(result.errors.contains("public.ecr.aws/codebuild/amazonlinux-x86_64-standard:5.0"), "\(result)")
    }

    @Test("a stopped build leaves no container")
    func stop() throws {
        try IsolationFixture.write("trap 'echo heard; exit 1' TERM\necho started\nwhile :; do sleep 1; done")
        let build = try IsolationFixture.startBuild("--image", image)
        build.signal(SIGTERM)
        #expect(try build.wait() == 130)
        #expect(build.output.contains("State: STOPPED"), "\(build.output)")
        #expect(try !IsolationFixture.containers().contains("nacre-"))
    }

    @Test("when the supervisor is killed its container is removed")
    func killed() throws {
        try IsolationFixture.write("echo started; sleep 3574")
        let build = try IsolationFixture.startBuild("--image", image)
        let children = try String(contentsOfFile: "/proc/\(build.pid)/task/\(build.pid)/children", encoding: .utf8)
        let outer = try #require(Int32(children.split(separator: " ").first ?? ""))
        kill(outer, SIGKILL)
        #expect(try build.wait() == 4)
        try eventually("the command is gone") { IsolationFixture.processes("3574").isEmpty }
    }

    @Test("memory is limited in the container, and said so", .enabled(if: IsolationFixture.hasMemoryLimits))
    func memory() throws {
        try IsolationFixture.write("dd if=/dev/zero of=/dev/null bs=300M count=1")
        let result = try IsolationFixture.build("--image", image, "--memory", "64M")
        #expect(result.status == 1)
        #expect(result.errors.contains("out of memory, limit 64 MiB"), "\(result)")
    }

    @Test(
        "docker builds and runs images against a service that ends with the build",
        .enabled(if: IsolationFixture.hasDocker, "there is no docker client, or no iptables")
    )
    func docker() throws {
        try IsolationFixture.write(
            "printf 'FROM \(image)\\nRUN echo from-image > /x\\nCMD cat /x\\n' > Dockerfile",
            "docker build -q -t nacre-app:1 .",
            "docker run --rm nacre-app:1",
            "docker run -d nacre-app:1 sleep 3575"
        )
        let result = try IsolationFixture.build("--docker")
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("\nfrom-image\n"))
        #expect(IsolationFixture.processes("3575").isEmpty)
    }
}
