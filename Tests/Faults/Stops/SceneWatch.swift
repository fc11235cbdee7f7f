// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// What `nacre` tells of a home while daemons come and go, and the one who approves.
struct SceneWatch {
    let home: String
    /// All that was said of builds and executions that are over: the list's by their ids, the rest by their names.
    private(set) var told: [String: String] = [:]
    /// The names of builds that have ended and have not been looked at yet.
    private var ended: [String] = []
    /// Those whose end was told before the last stop.
    private(set) var toldBeforeStop: Set<String> = []
    /// How often the daemon has taken an approval.
    private(set) var approvals = 0
    /// What was told and is not so any more.
    private(set) var problems: [String] = []

    init(home: String) {
        self.home = home
    }

    /// Whether the push has been built and its execution is over; false where no daemon answers.
    ///
    /// Approves what waits for that.
    mutating func isOver() throws -> Bool {
        // Each look is a program of its own: more of them would be most of what a run costs.
        usleep(40_000)
        let list = try nacre("list", "--json", "-n", "1000")
        guard list.status == 0 else { return false }
        let builds: [ShownBuild] = try ShownBuild.decode(list)
        let texts = try Self.texts(list.output)
        for (build, text) in zip(builds, texts) where build.buildComplete {
            if told[build.id] == nil { ended.append("\(build.projectName)#\(build.buildNumber)") }
            tell(build.id, text)
        }
        while let name = ended.last {
            guard try show(name) != nil else { return false }
            ended.removeLast()
        }
        for id in told.keys.filter({ $0.contains(":") }) where !builds.contains(where: { $0.id == id }) {
            note("\(id) had ended and is gone")
        }
        guard builds.allSatisfy(\.buildComplete),
            builds.contains(where: { $0.projectName == "app" && $0.buildNumber == 3 })
        else { return false }
        return try isExecutionOver()
    }

    /// Takes in all that is said of a build that is over.
    /// - Returns: the build; nil where no daemon answers.
    @discardableResult
    mutating func show(_ name: String) throws -> ShownBuild? {
        let shown = try nacre("show", name, "--json")
        guard shown.status == 0 else { return nil }
        for text in try Self.texts(shown.output) { tell(name, text) }
        return try ShownBuild.decode(shown)
    }

    private mutating func isExecutionOver() throws -> Bool {
        let shown = try nacre("show", "line/2", "--json")
        guard shown.status == 0 else { return false }
        let execution: ShownExecution = try ShownBuild.decode(shown)
        if execution.action("Ask")?.status == "InProgress" {
            if try nacre("approve", "line/2", "--comment", "good").status == 0 { approvals += 1 }
            return false
        }
        if ["InProgress", "Stopping"].contains(execution.status) { return false }
        for text in try Self.texts(shown.output) { tell("line/2", text) }
        return true
    }

    /// Takes in that somebody was stopped.
    mutating func stop() {
        toldBeforeStop = Set(told.keys)
    }

    private mutating func tell(_ id: String, _ text: String) {
        if let before = told[id], before != text { note("\(id) was told as \(before), and is \(text)") }
        told[id] = text
    }

    private mutating func note(_ problem: String) {
        if !problems.contains(problem) { problems.append(problem) }
    }

    /// The objects of some JSON, an array or one object, each as a text that is the same for the same values.
    private static func texts(_ json: String) throws -> [String] {
        let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
        return try (value as? [Any] ?? [value]).map { value in
            String(decoding: try JSONSerialization.data(withJSONObject: value, options: .sortedKeys), as: UTF8.self)
        }
    }

    func nacre(_ arguments: String...) throws -> Program.Result {
        try Program.run(
            Program.product("nacre"),
            arguments,
            environment: Program.path.merging(["NACRE_HOME": home]) { $1 }
        )
    }
}
