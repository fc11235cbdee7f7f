// SPDX-License-Identifier: Apache-2.0

import Foundation
import Pipelines
import TestSupport
import Testing

@testable import Daemon

@Suite("Actions of CodeDeploy", .scratchDirectory, .timeLimit(.minutes(40)))
struct CodeDeployActionTests {
    private static let events = [
        "ApplicationStop", "BeforeInstall", "AfterInstall", "ApplicationStart", "ValidateService",
    ]

    /// A revision whose scripts note their event in a file.
    private func revision(
        _ fixture: ActionFixture,
        _ version: String,
        replacing scripts: [String: String] = [:]
    ) throws -> ArtifactReference {
        var appSpec =
            "version: 0.0\nos: linux\nfiles:\n  - source: app\n    destination: \(fixture.folder)/srv\nhooks:\n"
        var files = ["app/version.txt": version]
        for event in Self.events {
            appSpec += "  \(event):\n    - location: scripts/\(event).sh\n      timeout: 60\n"
            files["scripts/\(event).sh"] =
                scripts[event]
                ?? "#!/bin/sh\necho \"\(version) $LIFECYCLE_EVENT $(cat \(fixture.folder)/srv/version.txt 2>/dev/null)\" "
                + ">> \(fixture.folder)/events\n"
        }
        files["appspec.yml"] = appSpec
        return try fixture.artifact("Rev", files, executables: Set(files.keys.filter { $0.hasPrefix("scripts/A") }))
    }

    private func order(_ revision: ArtifactReference) -> ActionOrder {
        ActionFixture.order(
            "CodeDeploy",
            ["ApplicationName": "shop app", "DeploymentGroupName": "prod/eu"],
            category: "Deploy",
            inputs: [revision]
        )
    }

    private func events(_ fixture: ActionFixture) throws -> [String] {
        try String(contentsOfFile: "\(fixture.folder)/events", encoding: .utf8).split(separator: "\n").map(String.init)
    }

    @Test("the events take place in their order, and the last revision's scripts stop it")
    func order() async throws {
        let fixture = try ActionFixture()
        let first = try await fixture.run(order(revision(fixture, "1")))
        #expect(first.failure == nil)
        #expect(first.output.summary?.hasPrefix("Deployment d-") == true)
        #expect(
            try events(fixture) == [
                "1 BeforeInstall ", "1 AfterInstall 1", "1 ApplicationStart 1", "1 ValidateService 1",
            ]
        )
        try FileManager.default.removeItem(atPath: "\(fixture.folder)/events")
        let second = try await fixture.run(order(revision(fixture, "2")))
        #expect(second.failure == nil)
        #expect(
            try events(fixture) == [
                "1 ApplicationStop 1", "2 BeforeInstall 1", "2 AfterInstall 2", "2 ApplicationStart 2",
                "2 ValidateService 2",
            ]
        )
    }

    @Test("a failure names the event and the script, and the revision before stays the last one")
    func failure() async throws {
        let fixture = try ActionFixture()
        #expect(try await fixture.run(order(revision(fixture, "1"))).failure == nil)
        let bad = try revision(fixture, "2", replacing: ["AfterInstall": "#!/bin/sh\necho out of luck\nexit 3\n"])
        let outcome = try await fixture.run(order(bad))
        let message = try #require(outcome.failure?.message)
        #expect(
            message.contains(
                "failed: LifecycleEvent AfterInstall failed: Script at specified location: scripts/AfterInstall.sh failed "
                    + "with exit code 3"
            ),
            "\(message)"
        )
        #expect(message.contains("out of luck"))
        try FileManager.default.removeItem(atPath: "\(fixture.folder)/events")
        #expect(try await fixture.run(order(revision(fixture, "3"))).failure == nil)
        #expect(try events(fixture).first == "1 ApplicationStop 2")
    }

    @Test("what a script leaves running goes on after the deployment")
    func service() async throws {
        let fixture = try ActionFixture()
        let start = "#!/bin/sh\nsleep 300 >/dev/null 2>&1 &\necho $! > \(fixture.folder)/pid\n"
        let outcome = try await fixture.run(order(revision(fixture, "1", replacing: ["ApplicationStart": start])))
        #expect(outcome.failure == nil)
        let text = try String(contentsOfFile: "\(fixture.folder)/pid", encoding: .utf8)
        let pid = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kill(pid, 0) == 0)
        kill(pid, SIGKILL)
    }

    @Test("a script gets what CodeDeploy tells, and starts in the revision")
    func environment() async throws {
        let fixture = try ActionFixture()
        let script = """
            #!/bin/sh
            env | grep -E '^(APPLICATION|DEPLOYMENT|LIFECYCLE|BUNDLE|CODEBUILD)_' | sort > \(fixture.folder)/environment
            ls > \(fixture.folder)/here
            """
        let revision = try revision(fixture, "1", replacing: ["BeforeInstall": script])
        #expect(try await fixture.run(order(revision)).failure == nil)
        let text = try String(contentsOfFile: "\(fixture.folder)/environment", encoding: .utf8)
        for line in [
            "APPLICATION_NAME=shop app\n", "DEPLOYMENT_GROUP_NAME=prod/eu\n", "LIFECYCLE_EVENT=BeforeInstall\n",
            "BUNDLE_ETAG=\(revision.digest)\n", "DEPLOYMENT_ID=d-",
        ] {
            #expect(text.contains(line), "\(text)")
        }
        #expect(!text.contains("CODEBUILD_"))
        #expect(try String(contentsOfFile: "\(fixture.folder)/here", encoding: .utf8) == "app\nappspec.yml\nscripts\n")
    }

    @Test("a script that takes too long is ended")
    func timeout() async throws {
        let fixture = try ActionFixture()
        let revision = try fixture.artifact(
            "Rev",
            [
                "appspec.yml":
                    "version: 0.0\nos: linux\nhooks:\n  BeforeInstall:\n    - location: slow.sh\n      timeout: 1\n",
                "slow.sh": "#!/bin/sh\nsleep 600\n",
            ]
        )
        let outcome = try await fixture.run(order(revision))
        #expect(outcome.failure?.message.contains("slow.sh failed to complete in 1 seconds") == true)
    }

    @Test("a revision without an appspec is refused in CodeDeploy's words")
    func missingAppSpec() async throws {
        let fixture = try ActionFixture()
        let outcome = try await fixture.run(order(fixture.artifact("Rev", ["readme": ""])))
        #expect(outcome.failure?.message.contains("did not find an AppSpec file") == true)
    }

    @Test("a bad appspec is refused with its line")
    func badAppSpec() async throws {
        let fixture = try ActionFixture()
        let outcome = try await fixture.run(order(fixture.artifact("Rev", ["appspec.yml": "version: 0.0\nos: beos\n"])))
        #expect(outcome.failure?.message.contains("appspec.yml:2:5: `os` must be `linux` here") == true)
    }

    @Test("a group or a revision that is missing is a matter of the configuration")
    func configuration() async throws {
        let fixture = try ActionFixture()
        var order = order(try fixture.artifact("Rev", ["readme": ""]))
        order.configuration["DeploymentGroupName"] = nil
        #expect(try await fixture.run(order).failure?.code == .configurationError)
        order.configuration["DeploymentGroupName"] = "prod"
        order.inputs = []
        #expect(try await fixture.run(order).failure?.code == .configurationError)
    }
}
