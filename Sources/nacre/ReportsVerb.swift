// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines
import Control
import Diagnostics
import Files
import Reports
import WireWords

/// `nacre reports`.
enum ReportsVerb: Verb {
    static let description = CommandDescription(
        "reports",
        abstract: "Shows the test and coverage reports of a build, and how they went over the project's last builds.",
        arguments: [BuildArgument.description],
        options: [
            OptionDescription(flag: "failed", help: "only cases that failed"),
            OptionDescription("last", "n", value: "N", default: "10", help: "how many builds the trend looks back"),
            OptionDescription(flag: "json", help: "write an array of Report objects with their cases"),
        ],
        examples: [
            CommandDescription.Example("nacre reports latest --failed", "what failed, with whole messages"),
            CommandDescription.Example("nacre reports abalone", "the newest build of a project, and the trend"),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        let look = try arguments.integer("last", in: 1...1000) ?? 10
        guard case .build(let build) = try context.ask(.showBuild(build: BuildArgument.name(arguments))) else {
            return .fault
        }
        var files = try read(build, context)
        if arguments.flag("failed") {
            for index in files.indices {
                files[index].testCases = files[index].testCases?.filter { $0.status.isFailure }
            }
        }
        if arguments.flag("json") {
            try context.writeJSON(files)
            return .success
        }
        if files.isEmpty {
            context.tell("\(build.projectName)#\(build.buildNumber) has no reports")
            return .success
        }
        for file in files { write(file, context) }
        try writeTrends(of: build, last: look, context)
        return .success
    }

    private static func read(_ build: Build, _ context: VerbContext) throws -> [ReportFile] {
        guard let id = BuildID(build.id) else { return [] }
        do throws(ReportError) {
            return try ReportFile.read(context.home.build(id).reports)
        } catch {
            throw VerbError(.fault, error.message)
        }
    }

    private static func write(_ file: ReportFile, _ context: VerbContext) {
        var lines = ["\(file.report.name): \(ReportText.totals(of: file.report))"]
        for test in file.testCases ?? [] { lines += ReportText.lines(of: test, messageLimit: .max) }
        for coverage in file.codeCoverages ?? [] { lines.append(ReportText.line(of: coverage)) }
        context.output.write(lines.map { TerminalText.visible($0) + "\n" }.joined())
    }

    /// The course of each group of the build over the project's builds up to it.
    private static func writeTrends(of build: Build, last count: Int, _ context: VerbContext) throws {
        let filter = ControlRequest.BuildFilter(project: build.projectName, limit: 100)
        guard case .builds(let builds) = try context.ask(.listBuilds(filter)) else { return }
        var groups: [String: [ReportTrend.Point]] = [:]
        for earlier in builds where earlier.buildNumber <= build.buildNumber {
            for file in (try? read(earlier, context)) ?? [] where groups[file.report.name, default: []].count < count {
                groups[file.report.name, default: []].append(.init(buildNumber: earlier.buildNumber, file: file))
            }
        }
        let present = try read(build, context).map(\.report.name)
        let lines = present.compactMap { groups[$0] }.filter { $0.count > 1 }.flatMap { ReportTrend($0).lines }
        if lines.isEmpty { return }
        context.output.write("\nTREND\n" + lines.map { TerminalText.visible($0) + "\n" }.joined())
    }
}
