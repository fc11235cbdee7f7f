// SPDX-License-Identifier: Apache-2.0

import Foundation
import SQLite
import TestSupport

/// How a run of the scene came out.
struct SceneEnd {
    /// The newest first.
    let builds: [ShownBuild]
    let execution: ShownExecution
    /// The names that the commands have noted since the push.
    let runs: [String]
    /// The builds whose end was told before the last stop.
    let toldBeforeStop: Set<String>
    /// What is not as it must be, whoever was stopped.
    private(set) var problems: [String] = []

    /// Asks a daemon that runs.
    init(home: String, runs path: String, watch: SceneWatch, answer: String) throws {
        builds = try ShownBuild.decode(try watch.nacre("list", "--json", "-n", "1000"))
        execution = try ShownBuild.decode(try watch.nacre("show", "line/2", "--json"))
        runs = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst(3).map(String.init)
        toldBeforeStop = watch.toldBeforeStop
        if try watch.nacre("show", "line/3", "--json").status != 5 { problems.append("there is a third execution") }
        checkTold(watch.told)
        checkAnswer(answer)
        checkBuilds()
        try checkFiles(home)
    }

    /// The builds of the push, by what their commands note.
    var byName: [String: ShownBuild] {
        let new = builds.filter { $0.buildNumber > 1 }
        return Dictionary(new.map { (Self.name($0), $0) }) { first, _ in first }
    }

    private static func name(_ build: ShownBuild) -> String {
        switch build.projectName {
        case "app": "model"
        case "compile": "compile"
        default: "check"
        }
    }

    /// A log in which only what differs from run to run is replaced.
    static func comparable(_ build: ShownBuild) -> String {
        build.log.replacing(#/\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d+/#, with: "TIME")
            .replacing(#/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/#, with: "ID")
            .replacing(#/took \d+\.\d+ seconds/#, with: "took SECONDS")
    }

    // MARK: - What must be

    private mutating func checkTold(_ told: [String: String]) {
        for (id, status) in told {
            let now = builds.first { $0.id == id }?.buildStatus ?? "gone"
            if now != status { problems.append("\(id) was \(status) and is \(now)") }
        }
    }

    /// What the pusher was told is so.
    private mutating func checkAnswer(_ answer: String) {
        for match in answer.matches(of: #/queued (\S+)|started (\S+)/#) {
            let label = String(match.1 ?? match.2 ?? "")
            if !["app#2", "line/2"].contains(label) { problems.append("the pusher was told of \(label)") }
        }
    }

    private mutating func checkBuilds() {
        for (project, group) in Dictionary(grouping: builds, by: \.projectName) {
            let numbers = group.map(\.buildNumber)
            if numbers != [2, 1], numbers != [1] || project == "app" {
                problems.append("\(project) has builds \(numbers)")
            }
        }
        let byName = byName
        for (name, count) in Dictionary(runs.map { ($0, 1) }, uniquingKeysWith: +) where count > 1 {
            problems.append("the command of \(name) ran \(count) times")
        }
        for (name, build) in byName {
            switch build.buildStatus {
            case "SUCCEEDED":
                if !runs.contains(name) { problems.append("\(name) succeeded without its command") }
            case "FAULT":
                let reason = build.statusReason ?? ""
                if !["supervisor lost: ", "the artifacts could not be stored: "].contains(where: reason.hasPrefix) {
                    problems.append("\(name) ended for the reason '\(reason)'")
                }
            default: problems.append("\(name) is \(build.buildStatus): \(build.statusReason ?? "")")
            }
        }
        for name in runs where byName[name] == nil { problems.append("\(name) ran and is no build") }
        let isWhole = ["compile", "check"].allSatisfy { byName[$0]?.buildStatus == "SUCCEEDED" }
        let expected = isWhole ? "Succeeded" : "Failed"
        if execution.status != expected { problems.append("the execution is \(execution.status), not \(expected)") }
    }

    private mutating func checkFiles(_ home: String) throws {
        let files = FileManager.default
        for build in builds where build.buildStatus == "SUCCEEDED" && !build.artifacts.location.isEmpty {
            let sum = build.artifacts.sha256sum ?? ""
            let path = "\(home)/artifacts/\(sum.prefix(2))/\(sum.dropFirst(2))"
            if !files.fileExists(atPath: path) { problems.append("the artifact \(sum) of \(build.id) is not there") }
        }
        // The last daemon is still tidying up, perhaps.
        try? eventually("nothing is left behind", within: 5) { Self.leftovers(in: home).isEmpty }
        problems += Self.leftovers(in: home).map { "\($0) was left behind" }
        for folder in try files.contentsOfDirectory(atPath: "\(home)/artifacts") where folder.utf8.count == 2 {
            for name in try files.contentsOfDirectory(atPath: "\(home)/artifacts/\(folder)") {
                let path = "\(home)/artifacts/\(folder)/\(name)"
                let sum = try Program.run("sha256sum", [path], environment: Program.path).output.prefix(64)
                if sum != folder + name { problems.append("the artifact \(folder)\(name) is damaged") }
            }
        }
        let known = Set(builds.map(\.uuid))
        for name in try files.contentsOfDirectory(atPath: "\(home)/builds") where !known.contains(name) {
            problems.append("the folder builds/\(name) belongs to no build")
        }
        let database = try Database("\(home)/nacre.db", .existing)
        let verdict = try database.first("PRAGMA integrity_check(1)") { row throws(SQLiteError) in try row.text(0) }
        if verdict != "ok" { problems.append("the journal is damaged: \(verdict ?? "")") }
    }

    /// What nobody needs any more, or never needed.
    private static func leftovers(in home: String) -> [String] {
        let all = FileManager.default.enumerator(atPath: home)?.compactMap { $0 as? String } ?? []
        return all.filter { path in
            let words = path.split(separator: "/")
            let isInner = words.count == 3 && (words[1] == "incoming" || words[2] == "workspace")
            let isSource = words.count == 2 && words[0] == "sources"
            return isSource || path.hasSuffix(".tmp") || path.contains(".new-") || isInner
        }
    }
}
