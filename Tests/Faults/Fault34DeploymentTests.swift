// SPDX-License-Identifier: Apache-2.0

import Foundation
import Processes
import TestSupport
import Testing

@Suite("Fault 34: deployments that are cut off", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault34DeploymentTests {
    // MARK: - Elastic Beanstalk

    /// Serves its version; the one that says so waits for the test before it answers.
    private var application: String {
        """
        import http.server, os, time
        version = open("number").read().strip()
        while os.path.exists("slow") and not os.path.exists("\(ScratchDirectory.path)/go"): time.sleep(0.02)
        class H(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(version.encode())
            def log_message(self, *a): pass
        http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), H).serve_forever()
        """
    }

    private func get(_ address: String) -> String {
        (try? Program.run("curl", ["-sS", "--max-time", "20", address], environment: Program.path).output) ?? ""
    }

    private func address(_ daemon: DaemonFixture) throws -> String {
        let text = try daemon.nacre("env", "list").output
        return String(try #require(text.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http://") }))
    }

    /// Kills the process of the environment as nobody can prepare for.
    private func killEnvironment(_ daemon: DaemonFixture) throws {
        let lock = try String(contentsOfFile: "\(daemon.home)/environments/stage/lock", encoding: .utf8)
        let pid = try #require(lock.split(separator: "\n").first.flatMap { Int32($0) })
        #expect(kill(pid, SIGKILL) == 0)
    }

    @Test("34: a deployment to an environment is switched to when it serves, whoever is killed on the way")
    func environment() throws {
        try DaemonFixture.run { daemon in
            let scene = try PipelineScene(
                daemon,
                [("Deploy", [Definition.deploy("Serve", environment: "stage")])]
            )
            defer { _ = try? daemon.nacre("env", "stop", "stage") }
            try scene.git.write("application.py", application)
            try scene.git.write("Procfile", "web: python3 application.py\n")
            try scene.push(1)
            #expect(try daemon.over("line/1").status == "Succeeded")
            let address = try address(daemon)
            #expect(get(address) == "1")
            try scene.git.write("slow", "")
            try scene.push(2)
            try eventually("the second version is being started") {
                try daemon.nacre("env", "show", "stage").output.contains("Deployment of")
                    && daemon.execution("line/2").action("Serve")?.status == "InProgress"
            }
            #expect(get(address) == "1")
            try killEnvironment(daemon)
            try daemon.stop(SIGKILL)
            try daemon.start()
            // The one before serves again while the new one starts from the beginning.
            try eventually("the first version serves again") { get(address) == "1" }
            #expect(try daemon.execution("line/2").status == "InProgress")
            _ = FileManager.default.createFile(atPath: "\(ScratchDirectory.path)/go", contents: nil)
            #expect(try daemon.over("line/2").status == "Succeeded")
            #expect(get(address) == "2")
            #expect(try daemon.execution("line/2").attempts("Serve").count == 1)
            let rollback = try daemon.nacre("pipeline", "rollback", "line", "--stage", "Deploy", "--to", "line/1")
            #expect(rollback.status == 0, "\(rollback)")
            #expect(try daemon.over("line/3").status == "Succeeded")
            #expect(get(address) == "1")
        }
    }

    // MARK: - S3

    @Test("34: an extraction to a bucket that is cut off goes on where it was: each file once, none half")
    func bucket() throws {
        try DaemonFixture.run { daemon in
            #expect(try daemon.nacre("bucket", "create", "site").status == 0)
            let deploy: Definition.Tree = [
                "name": "Files", "inputArtifacts": [["name": "Source"]],
                "configuration": ["BucketName": "site", "Extract": "true", "ObjectKey": "v"],
                "actionTypeId": ["category": "Deploy", "owner": "AWS", "provider": "S3", "version": "1"],
            ]
            let scene = try PipelineScene(daemon, [("Deploy", [deploy])])
            for number in 1...400 { try scene.git.write("data/\(number).txt", "\(number)") }
            try scene.push(1)
            try eventually("the first files are there") { try !daemon.nacre("bucket", "ls", "site").output.isEmpty }
            try daemon.stop(SIGKILL)
            try daemon.start()
            #expect(try daemon.over("line/1").status == "Succeeded")
            let versions = try daemon.nacre("bucket", "versions", "site").output.split(separator: "\n")
            let files = try scene.git.git("ls-files").split(separator: "\n")
            #expect(versions.count == files.count)
            let folder = "\(ScratchDirectory.path)/out"
            #expect(try daemon.nacre("bucket", "get", "site", "v", folder, "-r").status == 0)
            let same = try Program.run(
                "diff",
                ["-r", "--exclude=.git", scene.git.work, folder],
                environment: Program.path
            )
            #expect(same.status == 0, "\(same)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(daemon.home)/artifacts/incoming") == [])
        }
    }

    // MARK: - CodeDeploy

    private func revision(_ scene: PipelineScene) throws {
        let folder = ScratchDirectory.path
        try scene.git.write(
            "appspec.yml",
            """
            version: 0.0
            os: linux
            files:
              - source: app
                destination: \(folder)/srv
            hooks:
              BeforeInstall:
                - location: before.sh
              AfterInstall:
                - location: after.sh
            """
        )
        let script = "#!/bin/sh\necho \"$LIFECYCLE_EVENT $(cat app/one)\" >> '\(folder)/events'\n"
        try scene.git.write("before.sh", script + "test ! -e '\(folder)/fail.before'\n", isExecutable: true)
        try scene.git.write("after.sh", script + "test ! -e '\(folder)/fail.after'\n", isExecutable: true)
    }

    private func push(_ scene: PipelineScene, _ number: Int) throws {
        for name in ["one", "two"] { try scene.git.write("app/\(name)", "\(number)") }
        try scene.push(number)
    }

    /// What is installed: of one revision, whole, and nothing beside it.
    private func installed() throws -> String {
        let folder = "\(ScratchDirectory.path)/srv"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        let texts = try Set(names.map { try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) })
        return names == ["one", "two"] && texts.count == 1 ? texts.first ?? "" : "\(names) \(texts)"
    }

    @Test("34: a hook that fails leaves one revision whole; the same again goes through, and one can go back")
    func hooks() throws {
        try DaemonFixture.run { daemon in
            let deploy: Definition.Tree = [
                "name": "Install", "inputArtifacts": [["name": "Source"]],
                "configuration": ["ApplicationName": "shop", "DeploymentGroupName": "prod"],
                "actionTypeId": ["category": "Deploy", "owner": "AWS", "provider": "CodeDeploy", "version": "1"],
            ]
            let scene = try PipelineScene(daemon, [("Deploy", [deploy])])
            try revision(scene)
            try push(scene, 1)
            #expect(try daemon.over("line/1").status == "Succeeded")
            #expect(try installed() == "1")
            let (before, after) = ("\(ScratchDirectory.path)/fail.before", "\(ScratchDirectory.path)/fail.after")
            // Before Install: nothing is touched.
            _ = FileManager.default.createFile(atPath: before, contents: nil)
            try push(scene, 2)
            let failed = try daemon.over("line/2")
            #expect(failed.status == "Failed")
            #expect(failed.action("Install")?.problem.contains("LifecycleEvent BeforeInstall failed") ?? false)
            #expect(try installed() == "1")
            // After it: the new one is there, whole; a retry installs it once more.
            try FileManager.default.removeItem(atPath: before)
            _ = FileManager.default.createFile(atPath: after, contents: nil)
            #expect(try daemon.nacre("pipeline", "retry", "line/2", "--wait").status == 1)
            #expect(try installed() == "2")
            try FileManager.default.removeItem(atPath: after)
            #expect(try daemon.nacre("pipeline", "retry", "line/2", "--wait").status == 0)
            #expect(try installed() == "2")
            let rollback = try daemon.nacre("pipeline", "rollback", "line", "--stage", "Deploy", "--to", "line/1")
            #expect(rollback.status == 0, "\(rollback)")
            #expect(try daemon.over("line/3").status == "Succeeded")
            #expect(try installed() == "1")
        }
    }
}
