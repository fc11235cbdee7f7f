// SPDX-License-Identifier: Apache-2.0

import Builds
import Buildspecs
import Diagnostics
import Testing
import WireWords

@Suite("Where variables come from")
struct ExplainedVariableTests {
    private func all(
        _ environment: String,
        _ change: (inout BuildRequest) -> Void = { _ in }
    ) throws -> [String: (variable: ExplainedVariable, replaced: [ExplainedVariable])] {
        let text = "version: 0.2\nenv: \(environment)\nphases: {build: {commands: [ls]}}\n"
        let spec = try #require(BuildspecReader.read(Array(text.utf8), file: "spec.yml").buildspec)
        let id = BuildID.make(project: "app")
        var request = BuildRequest(id: id, number: 4, initiator: "ada", source: .none, at: Timestamp.now())
        change(&request)
        let all = ExplainedVariable.all(request, spec.environment)
        #expect(all.map(\.variable.name) == all.map(\.variable.name).sorted())
        return Dictionary(uniqueKeysWithValues: all.map { ($0.variable.name, $0) })
    }

    @Test("what is given beats the buildspec, and that the machine; each of them is named")
    func layers() throws {
        let all = try all("{variables: {A: spec, B: spec, LANG: spec}}") {
            $0.machineEnvironment = ["LANG": "C", "PATH": "/bin"]
            $0.overrides = [Builds.EnvironmentVariable(name: "A", value: "given")]
        }
        #expect(all["A"]?.variable.value == "given")
        #expect(all["A"]?.variable.origin == .override(type: "PLAINTEXT"))
        #expect(all["A"]?.replaced.map(\.value) == ["spec"])
        #expect(all["B"]?.variable.value == "spec")
        #expect(all["B"]?.replaced.isEmpty == true)
        #expect(all["LANG"]?.replaced.map(\.origin) == [.machine])
        #expect(all["PATH"]?.variable.origin == .machine)
    }

    @Test("a variable of the agent beats the buildspec's of its name, and an override that")
    func agent() throws {
        let name = "CODEBUILD_BUILD_NUMBER"
        let plain = try all("{variables: {\(name): '99'}}")
        #expect(plain[name]?.variable.value == "4")
        #expect(plain[name]?.variable.origin == .agent)
        let given = try all("{variables: {\(name): '99'}}") {
            $0.overrides = [Builds.EnvironmentVariable(name: name, value: "7")]
        }
        #expect(given[name]?.variable.value == "7")
        #expect(given[name]?.replaced.map(\.value) == ["4", "99"])
    }

    @Test("parameters and secrets are named, and without a value")
    func secrets() throws {
        let all = try all("{variables: {C: x}, parameter-store: {A: /a}, secrets-manager: {B: 'db:user', C: db}}")
        #expect(all["A"]?.variable.value == nil && all["B"]?.variable.value == nil)
        guard case .parameter("/a", let place) = all["A"]?.variable.origin else {
            Issue.record("A is no parameter")
            return
        }
        #expect(place.line == 2)
        guard case .secret("db", _) = all["C"]?.variable.origin else {
            Issue.record("C is no secret")
            return
        }
        #expect(all["C"]?.replaced.map(\.value) == ["x"])
    }
}
