// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// What `nacre` tells of a home while daemons come and go.
struct SceneWatch {
    let home: String
    /// How builds have ended, by their ids, as somebody was told.
    private(set) var told: [String: String] = [:]
    /// The builds whose end was told before the last stop.
    private(set) var toldBeforeStop: Set<String> = []

    init(home: String) {
        self.home = home
    }

    /// Whether the push has been built and its execution is over; false where no daemon answers.
    mutating func isOver() throws -> Bool {
        usleep(20_000)
        let list = try nacre("list", "--json", "-n", "1000")
        guard list.status == 0 else { return false }
        let builds: [ShownBuild] = try ShownBuild.decode(list)
        for build in builds where build.buildComplete { told[build.id] = build.buildStatus }
        guard builds.allSatisfy(\.buildComplete),
            builds.contains(where: { $0.projectName == "app" && $0.buildNumber == 2 })
        else { return false }
        let shown = try nacre("show", "line/2", "--json")
        guard shown.status == 0 else { return false }
        let execution: ShownExecution = try ShownBuild.decode(shown)
        return !["InProgress", "Stopping"].contains(execution.status)
    }

    /// Takes in that somebody was stopped.
    mutating func stop() {
        toldBeforeStop = Set(told.keys)
    }

    func nacre(_ arguments: String...) throws -> Program.Result {
        try Program.run(
            Program.product("nacre"),
            arguments,
            environment: Program.path.merging(["NACRE_HOME": home]) { $1 }
        )
    }
}
