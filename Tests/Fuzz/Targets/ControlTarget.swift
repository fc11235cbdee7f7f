// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import JSON

/// A line on the control socket is a request that comes back from its JSON, or none.
struct ControlTarget: FuzzTarget {
    let name = "control"
    let seeds: [[UInt8]] = {
        let requests: [ControlRequest] = [
            .ping, .createRepository(name: "a", branches: ["main"]),
            .addRepository(path: "/x", name: nil, branches: [], installsHooks: true), .listRepositories,
            .listBuilds(ControlRequest.BuildFilter(project: "p", status: "FAILED", limit: 5)),
            .showBuild(build: "latest"),
            .stopBuild(build: "app#1"), .readLog(build: "x", follows: true), .pipeline(.list),
            .pipeline(.start(pipeline: "p", revisions: ["S": "abc"], variables: ["v": "1"], token: nil)),
            .pipeline(.listExecutions(PipelineRequest.Filter(pipeline: "p", limit: 3))), .definition(.listSources),
            .notification(.list), .bucketsChanged,
            .setRepository(name: "a", settings: .init()),
        ]
        return requests.compactMap { try? JSONText.encode($0) }
    }()
    let words = [
        "{\"ping\":{}}", "{\"", "\":", "null", "{}", "[]", "\"limit\":", "\"pipeline\":", "\"_0\":", "\"settings\":",
        "\"timeoutSeconds\":",
        "\"build\":\"\"", "\"follows\":true", "\\u0000", ",",
    ]

    func check(_ input: [UInt8]) throws {
        guard let request = try? JSONText.decode(ControlRequest.self, from: input) else { return }
        let again = try JSONText.decode(ControlRequest.self, from: JSONText.encode(request))
        try FuzzFailure.unless(again == request, "it comes back as something else: \(again)")
        if case .setRepository(_, let settings) = request { _ = settings.problem }
    }
}
