// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("12: what a power cut has damaged", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault12DamagedZipTests {
    @Test("12: a zip that is not whole any more when the next daemon takes it up is not stored, and the build says so")
    func damagedZip() throws {
        try DaemonFixture.run { daemon in
            let gate = Gate()
            let git = try daemon.createRepository()
            let commands = gate.command.split(separator: "\n").map { "          \($0)" }.joined(separator: "\n")
            try git.write(
                "buildspec.yml",
                """
                version: 0.2
                phases:
                  build:
                    commands:
                      - |
                \(commands)
                      - echo made > out.txt
                artifacts:
                  files: [out.txt]

                """
            )
            try git.commit()
            try git.push("HEAD:main")
            try gate.waitUntilReached()
            let folder = "\(daemon.home)/builds/\(try daemon.build("app#1").uuid)"
            try daemon.stop(SIGKILL)
            gate.open()
            try eventually("the build has ended") { FileManager.default.fileExists(atPath: "\(folder)/result.json") }
            let zip = "\(folder)/artifacts/artifacts.zip"
            try Data().write(to: URL(fileURLWithPath: zip))
            try daemon.start()
            let build = try daemon.finished("app#1")
            #expect(build.buildStatus == "FAULT")
            let sum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            #expect(
                build.statusReason?.hasPrefix(
                    "the artifacts could not be stored: \(zip) changed: its SHA-256 is \(sum), it was "
                ) ?? false
            )
            #expect(!FileManager.default.fileExists(atPath: "\(daemon.home)/artifacts/e3"))
        }
    }
}
