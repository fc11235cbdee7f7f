// SPDX-License-Identifier: Apache-2.0

import Builds
import JSON
import Testing
import WireWords

@Suite("JSON of builds")
struct BuildJSONTests {
    private static let time = Timestamp(milliseconds: 1_772_368_496_789)
    private static let id = BuildID("app:0fa3c1d2-0000-4000-8000-00000000002a")

    /// A request with a value in each of its fields.
    private static func request() throws -> BuildRequest {
        let source = BuildRequest.Source(
            identifier: "main",
            directory: "/src",
            type: "CODECOMMIT",
            location: "/repos/app.git",
            version: "main",
            resolvedVersion: "e3b0"
        )
        var request = BuildRequest(id: try #require(id), number: 42, initiator: "ada", source: source, at: time)
        request.secondarySources = [BuildRequest.Source(directory: "/other", type: "NO_SOURCE")]
        request.buildspec = .inline("version: 0.2\n")
        request.overrides = [EnvironmentVariable(name: "A", value: "1", type: "PARAMETER_STORE")]
        request.machineEnvironment = ["PATH": "/bin", "HOME": "/root"]
        request.push = BuildRequest.Push(ref: "refs/heads/main", previousCommit: "0000")
        request.isolation = .image("alpine", hasNetwork: false)
        request.limits = BuildRequest.Limits(memoryBytes: 1 << 30, cpus: 1.5, processes: 100)
        request.logLimitBytes = 65_536
        request.isPrivileged = true
        request.cache = BuildRequest.Cache(directory: "/caches/app", limitBytes: 7)
        request.attempt = BuildRequest.Attempt(number: 1, previous: "app:before", projectLimit: 2)
        request.batch = BuildRequest.Batch(id: "app:batch", identifier: "linux", shard: 0, shardCount: 3)
        request.isDebug = true
        request.keepsWorkspace = true
        let place = DebugPoint.Place(directory: "/src", environment: ["A=1"], withheld: ["TOKEN"])
        request.start = BuildRequest.Start(phase: .build, place: place)
        request.outputs = ["Packaged"]
        request.leavesProcesses = true
        request.workingTree = "/home/ada/app"
        return request
    }

    /// A build with a value in each of its fields.
    private static func build() throws -> Build {
        let request = try request()
        var build = Build(request, folder: BuildFolder(path: "/builds/1"))
        build.secondarySources[0].sourceIdentifier = "two"
        build.buildBatchArn = "arn:batch"
        build.phases = [Build.Phase(phaseType: .submitted, startTime: time)]
        build.phases[0].finish(.failed, at: time, context: Build.Phase.Context(statusCode: "X", message: "a \"b\""))
        build.artifacts = Build.Artifacts(location: "/artifacts/ab", artifactIdentifier: "one")
        build.artifacts.sha256sum = "ab"
        build.artifacts.name = "out.zip"
        build.artifacts.size = 12
        build.artifacts.files = 3
        build.secondaryArtifacts = [Build.Artifacts(location: "")]
        build.exportedEnvironmentVariables = [Build.ExportedVariable(name: "N", value: "v")]
        build.reportArns = ["arn:report"]
        build.autoRetryConfig?.nextAutoRetry = "arn:next"
        build.autoRetryConfig?.previousAutoRetry = "arn:previous"
        build.autoRetryConfig?.isRetryRequested = true
        build.pipelineExecution = "demo/3"
        build.pipelineAction = "Build/Compile"
        build.statusReason = "why"
        build.removal = Build.Removal(time: time, reason: "as it was old")
        build.end(.failed, at: time)
        return build
    }

    // The form of files and rows that are there: written by the compiler's own `Codable` once.

    private static let requestText = #"""
        {"attempt":{"number":1,"previous":"app:before","projectLimit":2},"batch":{"id":"app:batch",\#
        "identifier":"linux","shard":0,"shardCount":3},"buildspec":{"inline":{"_0":"version: 0.2\n"}},\#
        "cache":{"directory":"/caches/app","limitBytes":7},"graceSeconds":10,\#
        "id":"app:0fa3c1d2-0000-4000-8000-00000000002a","initiator":"ada","isDebug":true,"isLocal":false,\#
        "isPrivileged":true,"isolation":{"image":{"_0":"alpine","hasNetwork":false}},"keepsWorkspace":true,\#
        "leavesProcesses":true,"limits":{"cpus":1.5,"memoryBytes":1073741824,"processes":100},\#
        "logLimitBytes":65536,"machineEnvironment":{"HOME":"/root","PATH":"/bin"},"number":42,\#
        "outputs":["Packaged"],"overrides":[{"name":"A","type":"PARAMETER_STORE","value":"1"}],\#
        "push":{"previousCommit":"0000","ref":"refs/heads/main"},"queuedAt":"2026-03-01T12:34:56.789Z",\#
        "region":"us-east-1","secondarySources":[{"directory":"/other","location":"","type":"NO_SOURCE",\#
        "version":""}],"source":{"directory":"/src","identifier":"main","location":"/repos/app.git",\#
        "resolvedVersion":"e3b0","type":"CODECOMMIT","version":"main"},"start":{"phase":"BUILD",\#
        "place":{"directory":"/src","environment":["A=1"],"withheld":["TOKEN"]}},\#
        "startedAt":"2026-03-01T12:34:56.789Z","submittedAt":"2026-03-01T12:34:56.789Z",\#
        "timeoutSeconds":3600,"workingTree":"/home/ada/app"}
        """#

    private static let smallRequestText = #"""
        {"attempt":{"number":0,"projectLimit":0},"buildspec":{"file":{"_0":"buildspec.yml"}},\#
        "graceSeconds":10,"id":"app:0fa3c1d2-0000-4000-8000-00000000002a","initiator":"ada","isDebug":false,\#
        "isLocal":false,"isPrivileged":false,"isolation":{"none":{}},"keepsWorkspace":false,"limits":{},\#
        "machineEnvironment":{},"number":1,"overrides":[],"queuedAt":"2026-03-01T12:34:56.789Z",\#
        "region":"us-east-1","secondarySources":[],"source":{"directory":"/src","location":"",\#
        "type":"NO_SOURCE","version":""},"startedAt":"2026-03-01T12:34:56.789Z",\#
        "submittedAt":"2026-03-01T12:34:56.789Z","timeoutSeconds":3600}
        """#

    private static let buildText = #"""
        {"arn":"arn:aws:codebuild:us-east-1:000000000000:build/app:0fa3c1d2-0000-4000-8000-00000000002a",\#
        "artifacts":{"artifactIdentifier":"one","files":3,"location":"/artifacts/ab","name":"out.zip",\#
        "sha256sum":"ab","size":12},"autoRetryConfig":{"autoRetryLimit":2,"autoRetryNumber":1,\#
        "isRetryRequested":true,"nextAutoRetry":"arn:next","previousAutoRetry":"arn:previous"},\#
        "batchBuildIdentifier":"linux","buildBatchArn":"arn:batch","buildComplete":true,"buildNumber":42,\#
        "buildStatus":"FAILED","currentPhase":"COMPLETED","endTime":"2026-03-01T12:34:56.789Z",\#
        "environment":{"computeType":"BUILD_GENERAL1_SMALL","environmentVariables":[{"name":"A",\#
        "type":"PARAMETER_STORE","value":"1"}],"image":"alpine","privilegedMode":true,\#
        "type":"LINUX_CONTAINER"},"exportedEnvironmentVariables":[{"name":"N","value":"v"}],\#
        "id":"app:0fa3c1d2-0000-4000-8000-00000000002a","initiator":"ada","logs":{"file":"/builds/1/log"},\#
        "phases":[{"contexts":[{"message":"a \"b\"","statusCode":"X"}],"durationInSeconds":0,\#
        "endTime":"2026-03-01T12:34:56.789Z","phaseStatus":"FAILED","phaseType":"SUBMITTED",\#
        "startTime":"2026-03-01T12:34:56.789Z"},{"phaseType":"COMPLETED",\#
        "startTime":"2026-03-01T12:34:56.789Z"}],"pipelineAction":"Build/Compile",\#
        "pipelineExecution":"demo/3","projectName":"app","removal":{"reason":"as it was old",\#
        "time":"2026-03-01T12:34:56.789Z"},"reportArns":["arn:report"],"resolvedSourceVersion":"e3b0",\#
        "secondaryArtifacts":[{"location":""}],"secondarySources":[{"location":"","sourceIdentifier":"two",\#
        "type":"NO_SOURCE"}],"source":{"buildspec":"version: 0.2\n","location":"/repos/app.git",\#
        "type":"CODECOMMIT"},"sourceVersion":"main","startTime":"2026-03-01T12:34:56.789Z",\#
        "statusReason":"why","timeoutInMinutes":60}
        """#

    private static let eventText = #"""
        {"buildStatus":"FAILED","kind":"phase-finished","phase":{"contexts":[{"message":"a \"b\"",\#
        "statusCode":"X"}],"durationInSeconds":0,"endTime":"2026-03-01T12:34:56.789Z",\#
        "phaseStatus":"FAILED","phaseType":"SUBMITTED","startTime":"2026-03-01T12:34:56.789Z"},\#
        "time":"2026-03-01T12:34:56.789Z"}
        """#

    @Test("a request has the form that it always had, with all its fields and with few")
    func requests() throws {
        let request = try Self.request()
        #expect(String(decoding: JSONText.encode(request), as: UTF8.self) == Self.requestText)
        #expect(try JSONText.decode(BuildRequest.self, from: Array(Self.requestText.utf8)) == request)
        let source = BuildRequest.Source(directory: "/src", type: "NO_SOURCE")
        let small = BuildRequest(id: try #require(Self.id), number: 1, initiator: "ada", source: source, at: Self.time)
        #expect(String(decoding: JSONText.encode(small), as: UTF8.self) == Self.smallRequestText)
        #expect(try JSONText.decode(BuildRequest.self, from: Array(Self.smallRequestText.utf8)) == small)
    }

    @Test(
        "where a build runs comes back as it went out",
        arguments: [.none, .sandbox(hasNetwork: true), .image("a", hasNetwork: false)] as [BuildRequest.Isolation]
    )
    func isolation(isolation: BuildRequest.Isolation) throws {
        let bytes = JSONText.encode(isolation)
        #expect(try JSONText.decode(BuildRequest.Isolation.self, from: bytes) == isolation)
    }

    @Test("a build and an event have the form that they always had")
    func builds() throws {
        let build = try Self.build()
        #expect(String(decoding: JSONText.encode(build), as: UTF8.self) == Self.buildText)
        #expect(try JSONText.decode(Build.self, from: Array(Self.buildText.utf8)) == build)
        let event = BuildEvent(.phaseFinished, at: Self.time, phase: build.phases[0], buildStatus: .failed)
        #expect(String(decoding: JSONText.encode(event), as: UTF8.self) == Self.eventText)
        #expect(try JSONText.decode(BuildEvent.self, from: Array(Self.eventText.utf8)) == event)
    }

    @Test("settings have the form that they always had, for people in lines")
    func settings() throws {
        var settings = ProjectSettings()
        #expect(JSONText.encode(settings) == Array("{}".utf8))
        settings.cpus = 2
        settings.image = "alpine"
        settings.isDebug = true
        settings.isSandboxed = false
        settings.memoryBytes = 5
        settings.timeoutSeconds = 60
        let text =
            #"{"cpus":2,"image":"alpine","isDebug":true,"isSandboxed":false,"#
            + #""memoryBytes":5,"timeoutSeconds":60}"#
        #expect(String(decoding: JSONText.encode(settings), as: UTF8.self) == text)
        #expect(try JSONText.decode(ProjectSettings.self, from: Array(text.utf8)) == settings)
        let variable = EnvironmentVariable(name: "A", value: "1")
        let pretty = String(decoding: JSONText.encode(variable, isPretty: true), as: UTF8.self)
        #expect(pretty == "{\n  \"name\": \"A\",\n  \"type\": \"PLAINTEXT\",\n  \"value\": \"1\"\n}")
        let list = try JSONText.encode(["a": [variable], "b": []], isPretty: true)
        #expect(try JSONText.parse(list) == JSONText.parse(JSONText.encode(["a": [variable], "b": []])))
    }

    @Test("a build within another value is the same build, and null the same as nothing")
    func nested() throws {
        let builds = ["one": [try Self.build()]]
        let bytes = try JSONText.encode(builds)
        #expect(String(decoding: bytes, as: UTF8.self) == "{\"one\":[\(Self.buildText)]}")
        #expect(try JSONText.decode([String: [Build]].self, from: bytes) == builds)
        let text = #"{"kind":"build-started","phase":null,"time":"2026-03-01T12:34:56.789Z"}"#
        #expect(try JSONText.decode(BuildEvent.self, from: Array(text.utf8)) == BuildEvent(.started, at: Self.time))
    }

    @Test(
        "what is wrong is named with its place",
        arguments: [
            (#"{"kind":"build-started"}"#, "there is no key `time`", []),
            (#"{"kind":"x","time":"2026-03-01T12:34:56.789Z"}"#, "not a kind of event: x", ["kind"]),
            (
                #"{"kind":"phase-started","phase":{"phaseType":"BUILD","startTime":3},"time":"2026-03-01T12:34:56.789Z"}"#,
                "a string is expected, not a number", ["phase", "startTime"]
            ),
        ] as [(String, String, [String])]
    )
    func wrong(text: String, message: String, path: [String]) throws {
        let error = #expect(throws: DecodingError.self) {
            try JSONText.decode(BuildEvent.self, from: Array(text.utf8))
        }
        let context: DecodingError.Context? =
            switch error {
            case .typeMismatch(_, let context)?, .keyNotFound(_, let context)?, .dataCorrupted(let context)?: context
            default: nil
            }
        #expect(context?.debugDescription == message)
        #expect(context?.codingPath.map(\.stringValue) == path)
    }
}
