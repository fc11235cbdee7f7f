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

    @Test(
        "34: a version of an environment gets its name when all of it is on the disk, and its record is there by then",
        .enabled(if: TracedDaemon.canTrace, "programs cannot be traced here (ptrace)")
    )
    func durable() throws {
        try DaemonFixture.run { daemon in
            let scene = try PipelineScene(daemon, [("Deploy", [Definition.deploy("Serve", environment: "stage")])])
            try daemon.stop()
            // Beyond the last operation: nobody is stopped.
            let traced = try TracedDaemon(in: ScratchDirectory.path, until: StopPoint(.daemon, 1_000_000))
            try traced.waitUntilReady()
            // It has nothing to serve, which is found out when it is there.
            try scene.push(1)
            #expect(try daemon.over("line/1").status == "Failed")
            try traced.end()
            let operations = traced.operations
            let versions = "environments/stage/versions"
            let named = try #require(
                operations.firstIndex { $0.call.hasPrefix("rename") && $0.subject.hasPrefix("\(versions)/.incoming-") },
                "\(operations)"
            )
            let before = operations[..<named]
            let written = try #require(before.lastIndex { $0.subject.hasPrefix("\(versions)/.incoming-") })
            let synced = before.lastIndex { $0.call == "syncfs" }
            #expect(synced.map { $0 >= written } ?? false, "\(operations[..<named].suffix(12))")
            let isSynced = { (operation: Operation) in operation.call == "fsync" && operation.subject == versions }
            #expect(before.contains(where: isSynced))
            #expect(operations[named...].contains(where: isSynced))
            _ = try daemon.nacre("env", "stop", "stage")
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

    /// Runs the event Install of a revision as a deployment does, under a tracer where one is given.
    private func install(_ revision: String, under tracer: [String] = []) throws -> Program.Result {
        let folder = ScratchDirectory.path
        let words = tracer + ["\(folder)/codedeploy-event", "Install"]
        return try Program.run(
            words[0],
            Array(words.dropFirst()),
            environment: Program.path.merging(
                [
                    "CODEBUILD_SRC_DIR": "\(folder)/\(revision)", "DEPLOYMENT_ID": "d-\(revision)",
                    "NACRE_DEPLOYMENT_FOLDER": "\(folder)/machine/group",
                ]
            ) { $1 }
        )
    }

    @Test(
        "34: who is killed at any operation of Install leaves whole files, and the same again leaves nothing but the revision",
        .enabled(if: TracedDaemon.canTrace, "programs cannot be traced here (ptrace)"),
        arguments: ["daemon", "machine"]
    )
    func killed(subject: String) throws {
        let folder = ScratchDirectory.path
        let (machine, srv) = ("\(folder)/machine", "\(folder)/machine/srv")
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/codedeploy-event",
            withDestinationPath: Program.product("nacre-supervisor")
        )
        let revisions = ["v1": ["both", "old/gone"], "v2": ["both", "new/come", "plain"]]
        for (name, files) in revisions {
            for file in files + ["../appspec.yml"] {
                let path = "\(folder)/\(name)/app/\(file)"
                let parent = (path as NSString).deletingLastPathComponent
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
                let appSpec = "version: 0.0\nos: linux\nfiles:\n  - {source: app, destination: \(srv)}\n"
                let text = file.hasSuffix("yml") ? appSpec : "\(name) \(file)"
                try text.write(toFile: path, atomically: false, encoding: .utf8)
            }
        }
        func run(_ words: String...) throws {
            let result = try Program.run(words[0], Array(words.dropFirst()), environment: Program.path)
            guard result.status == 0 else { throw Program.Failure(description: "\(words): \(result)") }
        }
        /// The files that are there, by name, drafts left out.
        func found() throws -> [String: String] {
            var texts: [String: String] = [:]
            for file in FileManager.default.enumerator(atPath: srv)?.compactMap({ $0 as? String }) ?? [] {
                if file.hasSuffix(".nacre-new") { continue }
                texts[file] = try? String(contentsOfFile: "\(srv)/\(file)", encoding: .utf8)
            }
            return texts
        }
        func whole(_ name: String) -> [String: String] {
            Dictionary(uniqueKeysWithValues: (revisions[name] ?? []).map { ($0, "\(name) \($0)") })
        }
        #expect(try install("v1").status == 0)
        #expect(try found() == whole("v1"))
        try run("cp", "-a", machine, "\(folder)/before")
        let report = "\(folder)/operations"
        let cut = subject == "machine" ? ["--cut", "strict"] : []
        var stops = 0
        for stop in 1... {
            let tracer = [TracedDaemon.tracer, "--below", machine, "--report", report, "--of", subject] + cut
            let killed = try install("v2", under: tracer + ["--stop", "\(stop)"])
            if killed.status == 0 { break }
            stops += 1
            for (file, text) in try found() {
                #expect(["v1 \(file)", "v2 \(file)"].contains(text), "\(stop): \(file) is \(text)")
            }
            let names = Set(try found().keys)
            // Until the first of the new ones is there, nothing of the old is missing.
            if try found()["both"] == "v1 both", names.isDisjoint(with: ["new/come", "plain"]), names != ["both"] {
                #expect(try found() == whole("v1"), "\(stop)")
            }
            let again = try install("v2")
            #expect(again.status == 0, "\(stop): \(again)")
            #expect(try found() == whole("v2"), "\(stop)")
            let rest = try Program.run("find", [srv, "-name", "*.nacre-*"], environment: Program.path)
            #expect(rest.output == "" && !FileManager.default.fileExists(atPath: "\(srv)/old"), "\(stop)")
            try run("rm", "-rf", machine)
            try run("cp", "-a", "\(folder)/before", machine)
        }
        #expect(stops > 10)
    }
}
