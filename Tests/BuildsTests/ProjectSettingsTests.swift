// SPDX-License-Identifier: Apache-2.0

import Builds
import JSON
import Testing
import WireWords

@Suite("Settings of a project")
struct ProjectSettingsTests {
    private var request: BuildRequest {
        let id = BuildID.make(project: "app")
        return BuildRequest(id: id, number: 1, initiator: "ada", source: .none, at: Timestamp.now())
    }

    private func settings(_ change: (inout ProjectSettings) -> Void) -> ProjectSettings {
        var settings = ProjectSettings()
        change(&settings)
        return settings
    }

    @Test(
        "times that no clock counts are refused, and bounded where they are kept already",
        arguments: [Int.max, 0, -1]
    )
    func times(seconds: Int) {
        let timeout = settings { $0.timeoutSeconds = seconds }
        #expect(timeout.problem == "`timeout` must be from 1 second to 100 years, not \(seconds) seconds")
        #expect(settings { $0.queuedTimeoutSeconds = seconds }.problem != nil)
        var request = request
        timeout.apply(to: &request)
        #expect(request.timeoutSeconds <= ProjectSettings.longestSeconds)
    }

    @Test("without settings a build runs as Nacre does")
    func nothing() {
        var request = request
        let before = request
        ProjectSettings().apply(to: &request)
        #expect(request.isolation == before.isolation)
        #expect(request.timeoutSeconds == before.timeoutSeconds)
        #expect(request.limits == BuildRequest.Limits())
        #expect(request.attempt.projectLimit == 0)
        #expect(!request.isPrivileged && !request.isDebug)
    }

    @Test("each setting has its place in the request")
    func applying() {
        var request = request
        settings {
            $0.timeoutSeconds = 90
            $0.retryLimit = 3
            $0.memoryBytes = 1 << 30
            $0.cpus = 1.5
            $0.processes = 100
            $0.isPrivileged = true
            $0.isDebug = true
            $0.isSandboxed = true
            $0.hasNetwork = false
        }.apply(to: &request)
        #expect(request.timeoutSeconds == 90)
        #expect(request.attempt.projectLimit == 3)
        #expect(request.limits == BuildRequest.Limits(memoryBytes: 1 << 30, cpus: 1.5, processes: 100))
        #expect(request.isPrivileged && request.isDebug)
        #expect(request.isolation == .sandbox(hasNetwork: false))
    }

    @Test("an image is instead of a sandbox, and has the network unless it is taken away")
    func image() {
        var request = request
        settings {
            $0.isSandboxed = true
            $0.image = "alpine"
        }.apply(to: &request)
        #expect(request.isolation == .image("alpine", hasNetwork: true))
    }

    @Test("they are kept as JSON, and settings of earlier versions are read")
    func coding() throws {
        let all = settings {
            $0.queuedTimeoutSeconds = 5
            $0.keepsCache = false
            $0.isBatch = true
        }
        #expect(try JSONText.decode(ProjectSettings.self, from: JSONText.encode(all)) == all)
        #expect(try JSONText.decode(ProjectSettings.self, from: Array("{}".utf8)) == ProjectSettings())
    }
}
