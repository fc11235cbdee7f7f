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
    /// The daemons that were to be stopped before that.
    private let traced: [TracedRun]
    /// What is not as it must be, whoever was stopped.
    private(set) var problems: [String] = []

    /// Asks a daemon that runs.
    init(home: String, notes: String, watch: inout SceneWatch, answer: String, runs traced: [TracedRun]) throws {
        builds = try ShownBuild.decode(try watch.nacre("list", "--json", "-n", "1000"))
        execution = try ShownBuild.decode(try watch.nacre("show", "line/2", "--json"))
        runs = try String(contentsOfFile: notes, encoding: .utf8).split(separator: "\n").dropFirst(3).map(String.init)
        toldBeforeStop = watch.toldBeforeStop
        self.traced = traced
        if try watch.nacre("show", "line/3", "--json").status != 5 { problems.append("there is a third execution") }
        checkAnswer(answer)
        checkBuilds()
        checkExecution(watch.approvals)
        try checkWords(watch)
        for build in builds { try checkShown(build, &watch) }
        problems += watch.problems
        try checkFiles(home)
    }

    /// The builds of the push, by what their commands note.
    var byName: [String: ShownBuild] {
        let new = builds.filter { $0.buildNumber > 1 }
        return Dictionary(new.map { (Self.name($0), $0) }) { first, _ in first }
    }

    private static func name(_ build: ShownBuild) -> String {
        switch build.projectName {
        case "app": build.sourceVersion ?? ""
        case "compile": "compile"
        default: "check"
        }
    }

    /// A log in which only what differs from run to run is replaced.
    static func comparable(_ build: ShownBuild) -> String {
        build.log.replacing(#/\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d+/#, with: "TIME")
            .replacing(#/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/#, with: "ID")
            .replacing(#/took \d+\.\d+ seconds/#, with: "took SECONDS")
            .replacing(#/\d+ (?:second|minute|hour)s? old/#, with: "AGE old")
    }

    // MARK: - What must be

    /// What the pusher was told is so.
    private mutating func checkAnswer(_ answer: String) {
        for match in answer.matches(of: #/queued (\S+)|started (\S+)/#) {
            let label = String(match.1 ?? match.2 ?? "")
            if !["app#2", "app#3", "line/2"].contains(label) { problems.append("the pusher was told of \(label)") }
        }
    }

    private mutating func checkBuilds() {
        for (project, group) in Dictionary(grouping: builds, by: \.projectName) {
            let numbers = group.map(\.buildNumber)
            if project == "app" ? numbers != [3, 2, 1] : numbers != [2, 1] && numbers != [1] {
                problems.append("\(project) has builds \(numbers)")
            }
        }
        let byName = byName
        for (name, count) in Dictionary(runs.map { ($0, 1) }, uniquingKeysWith: +) where count > 1 {
            problems.append("the command of \(name) ran \(count) times")
        }
        for (name, build) in byName {
            let expected = name == "broken" ? "FAILED" : "SUCCEEDED"
            if build.buildStatus == "FAULT", isLost(build) { continue }
            if build.buildStatus != expected {
                problems.append("\(name) is \(build.buildStatus): \(build.statusReason ?? "")")
            }
            if !runs.contains(name) { problems.append("\(name) has ended without its command") }
        }
        for name in ["model", "broken", "compile"] where byName[name] == nil { problems.append("\(name) is not there") }
        for name in runs where byName[name] == nil { problems.append("\(name) ran and is no build") }
    }

    /// Whether a build may have ended by a fault: its supervisor had begun it and was stopped, or its zip was cut off.
    private func isLost(_ build: ShownBuild) -> Bool {
        let reason = build.statusReason ?? ""
        if reason.hasPrefix("supervisor lost: ") {
            return traced.contains { $0.wasStopped && $0.begun.contains(build.uuid) }
        }
        return traced.contains(where: \.point.isPowerCut) && reason.hasPrefix("the artifacts could not be stored: ")
    }

    /// The execution goes on as far as its builds let it, and is approved once.
    private mutating func checkExecution(_ approvals: Int) {
        let statuses = ["compile", "check"].map { byName[$0]?.buildStatus }
        let expected =
            switch statuses {
            case ["SUCCEEDED", "SUCCEEDED"]: "Succeeded"
            case ["FAULT", nil], ["SUCCEEDED", "FAULT"]: "Failed"
            default: "none that goes with \(statuses)"
            }
        if execution.status != expected { problems.append("the execution is \(execution.status), not \(expected)") }
        // One that was taken and not answered is not asked for again.
        if approvals > 1 || expected == "Failed" && approvals > 0 {
            problems.append("\(approvals) approvals were taken")
        }
    }

    /// What was told of a build is still so, and the failure is that of the command.
    private mutating func checkShown(_ build: ShownBuild, _ watch: inout SceneWatch) throws {
        let shown = try watch.show("\(build.projectName)#\(build.buildNumber)")
        guard build.buildStatus == "FAILED" else { return }
        let message = shown?.phase("BUILD")?.contexts?.first?.message ?? "nothing"
        if message != "Error while executing command: exit 7. Reason: exit status 7" {
            problems.append("\(build.id) failed with \(message)")
        }
    }

    /// What the command line says of all that.
    private mutating func checkWords(_ watch: SceneWatch) throws {
        let codes: [String: Int32] = ["SUCCEEDED": 0, "FAILED": 1, "FAULT": 4]
        for (name, build) in byName {
            let code = try watch.nacre("watch", "\(build.projectName)#\(build.buildNumber)").status
            if code != codes[build.buildStatus] { problems.append("watching \(name) ends with \(code)") }
        }
        let code = try watch.nacre("watch", "line/2").status
        if code != (execution.status == "Succeeded" ? 0 : 1) { problems.append("watching line/2 ends with \(code)") }
        if byName["compile"]?.buildStatus == "SUCCEEDED" {
            let reports = try watch.nacre("reports", "compile#2")
            if !reports.output.contains("compile-unit: 1 test, 1 passed") { problems.append("reports: \(reports)") }
        }
        let versions = try watch.nacre("bucket", "versions", "site").output.split(separator: "\n").count
        if versions != (execution.status == "Succeeded" ? 2 : 1) { problems.append("out.txt has \(versions) versions") }
        let audit = try watch.nacre("audit", "verify")
        if audit.status != 0 { problems.append("the audit log: \(audit)") }
    }

    private mutating func checkFiles(_ home: String) throws {
        let files = FileManager.default
        for build in builds where build.buildStatus == "SUCCEEDED" && !build.artifacts.location.isEmpty {
            let sum = build.artifacts.sha256sum ?? ""
            let path = "\(home)/artifacts/\(sum.prefix(2))/\(sum.dropFirst(2))"
            if !files.fileExists(atPath: path) { problems.append("the artifact \(sum) of \(build.id) is not there") }
        }
        // The last daemon is still tidying up, perhaps.
        try? eventually("nothing is left behind", within: 5) { leftovers(in: home).isEmpty }
        problems += leftovers(in: home).map { "\($0) was left behind" }
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
    private func leftovers(in home: String) -> [String] {
        // That of a failed build is kept for a while, even where its zip did not survive.
        let kept = builds.filter {
            $0.buildStatus == "FAILED" || ($0.statusReason ?? "").hasPrefix("the artifacts could not be stored: ")
        }.map { "builds/\($0.uuid)/workspace" }
        let all = FileManager.default.enumerator(atPath: home)?.compactMap { $0 as? String } ?? []
        return all.filter { path in
            let words = path.split(separator: "/")
            let isWorkspace = words.count == 3 && words[2] == "workspace" && !kept.contains(path)
            let isIncoming = words.count == 3 && words[1] == "incoming"
            let isSource = words.count == 2 && words[0] == "sources"
            return isSource || path.hasSuffix(".tmp") || path.contains(".new-") || isWorkspace || isIncoming
        }
    }
}
