// SPDX-License-Identifier: Apache-2.0

import JSON
import Pipelines
import Testing

/// The JSON of projects.
struct BuildProjectTests {
    @Test("the JSON of batch-get-projects is read and given back with all that has no effect")
    func roundTrip() throws {
        let text = #"""
            {"name":"p","arn":"arn:aws:codebuild:us-east-1:000000000000:project/p","description":"d",
             "source":{"type":"CODEPIPELINE","buildspec":"ci/b.yml","gitCloneDepth":1,"insecureSsl":false},
             "artifacts":{"type":"CODEPIPELINE"},"cache":{"type":"NO_CACHE"},
             "environment":{"type":"LINUX_CONTAINER","image":"aws/codebuild/standard:7.0",
               "computeType":"BUILD_GENERAL1_SMALL","privilegedMode":true,"imagePullCredentialsType":"CODEBUILD",
               "environmentVariables":[{"name":"A","value":"1"},{"name":"B","value":"/b","type":"PARAMETER_STORE"}]},
             "timeoutInMinutes":60,"queuedTimeoutInMinutes":480,"created":1600000000.5,"tags":[]}
            """#
        let project = try JSONText.decode(BuildProject.self, from: Array(text.utf8))
        #expect(project.name == "p")
        #expect(project.buildspec == "ci/b.yml")
        #expect(project.isPrivileged)
        #expect(project.variables.map(\.name) == ["A", "B"])
        #expect(project.timeoutInMinutes == 60)
        let bytes = try JSONText.encode(project)
        #expect(try JSONText.decode(BuildProject.self, from: bytes) == project)
        #expect(try JSONText.parse(bytes) == JSONText.parse(Array(text.utf8)))
    }

    @Test("a project that says nothing has no members that it was not given")
    func small() throws {
        let project = BuildProject(name: "p")
        #expect(try String(decoding: JSONText.encode(project), as: UTF8.self) == #"{"name":"p"}"#)
    }
}
