// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Actions that are builds", .scratchDirectory, .timeLimit(.minutes(15)))
struct BuildActionTests {
    @Test("a build whose daemon is killed goes on, and is the action's one build")
    func killedDaemon() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            let runs = "\(ScratchDirectory.path)/runs"
            let git = try daemon.createRepository()
            let spec = """
                version: 0.2
                env:
                  exported-variables: [SAID]
                phases:
                  build:
                    commands:
                      - echo x >> '\(runs)'
                      - |
                        \(gate.command.replacingOccurrences(of: "\n", with: "\n        "))
                      - export SAID=done; echo made > out.txt
                artifacts:
                  files: [out.txt]
                """
            #expect(try daemon.apply(Definition.project("slow", buildspec: spec), file: "project.json").status == 0)
            let build = Definition.build("Slow", project: "slow", outputs: ["Out"], ["namespace": "Slow"])
            let after = Definition.commands(
                "After",
                ["test \"$(cat out.txt) #{Slow.SAID}\" = 'made done'"],
                order: 2,
                inputs: ["Out"]
            )
            try daemon.define(Definition("line", [("Source", [Definition.source()]), ("Build", [build, after])]))
            try git.commit("first")
            #expect(try git.push("HEAD:main").status == 0)
            try gate.waitUntilReached()
            try daemon.stop(SIGKILL)
            try daemon.start()
            gate.open()
            let execution = try daemon.over("line/1")
            #expect(execution.status == "Succeeded", "\(execution)")
            #expect(try String(contentsOfFile: runs, encoding: .utf8) == "x\n")
            #expect(try daemon.builds().filter { $0.projectName == "slow" }.count == 1)
        }
    }

    @Test("a deployment runs the hooks of its revision, and stops what the last one started")
    func codeDeploy() throws {
        try DaemonFixture.run { daemon in
            let folder = ScratchDirectory.path
            let git = try daemon.createRepository()
            let events = ["ApplicationStop", "BeforeInstall", "AfterInstall", "ApplicationStart", "ValidateService"]
            var appSpec =
                "version: 0.0\nos: linux\nfiles:\n  - source: version.txt\n    destination: \(folder)/srv\nhooks:\n"
            for event in events { appSpec += "  \(event):\n    - location: hook.sh\n" }
            try git.write("appspec.yml", appSpec)
            try git.write(
                "hook.sh",
                "#!/bin/sh\necho \"$(cat version.txt) $LIFECYCLE_EVENT\" >> '\(folder)/events'\n",
                isExecutable: true
            )
            let deploy: Definition.Tree = [
                "name": "Deploy", "runOrder": 1,
                "actionTypeId": ["category": "Deploy", "owner": "AWS", "provider": "CodeDeploy", "version": "1"],
                "configuration": ["ApplicationName": "shop", "DeploymentGroupName": "prod"],
                "inputArtifacts": [["name": "Source"]],
            ]
            try daemon.define(Definition("line", [("Source", [Definition.source()]), ("Deploy", [deploy])]))
            for version in 1...2 {
                try git.write("version.txt", "\(version)")
                try git.commit("version \(version)")
                #expect(try git.push("HEAD:main").status == 0)
                let execution = try daemon.over("line/\(version)")
                #expect(execution.status == "Succeeded", "\(execution)")
                #expect(try String(contentsOfFile: "\(folder)/srv/version.txt", encoding: .utf8) == "\(version)")
            }
            let said = try String(contentsOfFile: "\(folder)/events", encoding: .utf8).split(separator: "\n")
            #expect(
                said == [
                    "1 BeforeInstall", "1 AfterInstall", "1 ApplicationStart", "1 ValidateService", "1 ApplicationStop",
                    "2 BeforeInstall", "2 AfterInstall", "2 ApplicationStart", "2 ValidateService",
                ]
            )
        }
    }
}
