// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import WireWords

@testable import Reports

@Suite("Reports of a build", .scratchDirectory)
struct ReportCollectionTests {
    private func collect(_ groups: ReportCollection.Group...) -> (collection: ReportCollection, log: [String]) {
        var log: [String] = []
        let collection = ReportCollection.collect(groups, of: Sample.build) { log.append($0) }
        return (collection, log)
    }

    @Test("all files of a group become one report with AWS's names")
    func group() throws {
        try Sample.write("<testsuite><testcase name='a' time='1'/></testsuite>", "out/a.xml")
        try Sample.write(
            "<testsuite><testcase name='b'><failure message='no'/></testcase></testsuite>",
            "out/sub/b.xml"
        )
        let (collection, log) = collect(.init(name: "unit", files: ["**/*.xml"], baseDirectory: "out"))
        let file = try #require(collection.reports.first)
        #expect(collection.problem == nil)
        #expect(file.report.name == "shop-unit")
        #expect(
            file.report.arn
                == "arn:aws:codebuild:eu-west-1:000000000000:report/shop-unit:11111111-2222-3333-4444-555555555555"
        )
        #expect(file.report.reportGroupArn == "arn:aws:codebuild:eu-west-1:000000000000:report-group/shop-unit")
        #expect(file.report.status == .failed)
        #expect(file.testCases?.map(\.name) == ["b", "a"])
        #expect(file.testCases?.map(\.testRawDataPath) == ["sub/b.xml", "a.xml"])
        #expect(
            log == [
                "Preparing to copy TEST report unit", "Expanding base directory path: out", "Assembling file list",
                "Expanding out", "Expanding file paths for base directory out", "Assembling file list",
                "Expanding **/*.xml", "Found 2 file(s)", "shop-unit: 2 tests, 1 passed, 1 failed in 1.0 s",
                "  FAILED b (0 s)", "    no",
            ]
        )
    }

    @Test("an ARN names its own group")
    func arn() throws {
        try Sample.write("<testsuite/>", "a.xml")
        let arn = "arn:aws:codebuild:us-east-1:123456789012:report-group/mine"
        let (collection, _) = collect(.init(name: arn, files: ["a.xml"]))
        let report = try #require(collection.reports.first?.report)
        #expect(report.reportGroupArn == arn)
        #expect(report.name == "mine")
        #expect(report.arn.hasPrefix("arn:aws:codebuild:us-east-1:123456789012:report/mine:"))
        #expect(report.testSummary?.total == 0)
    }

    @Test("a bad file is named in AWS's words and does not lose the others")
    func badFile() throws {
        try Sample.write("<coverage line-rate='1'/>", "a.xml")
        try Sample.write("<testsuite><testcase name='b'/></testsuite>", "b.xml")
        let (collection, log) = collect(
            .init(name: "unit", files: ["*.xml"]),
            .init(name: "coverage", files: ["a.xml"], format: .coberturaXML)
        )
        let problem =
            "[shop-unit: [error processing report: [a.xml: expected element type <testsuite> but have <coverage>]]]"
        #expect(collection.problem == problem)
        #expect(log.contains(problem))
        #expect(collection.reports.map(\.report.status) == [.incomplete, .succeeded])
        #expect(collection.reports.first?.testCases?.map(\.name) == ["b"])
    }

    @Test("no file is a warning")
    func noFile() {
        let (collection, log) = collect(.init(name: "unit", files: ["*.xml"]))
        #expect(collection.reports.isEmpty)
        #expect(collection.problem == nil)
        #expect(log.contains("Skipping invalid file path *.xml"))
        #expect(log.last == "No report file of shop-unit matches; the build goes on without the report")
    }

    @Test("undeclared reports are found by their content, except in .git")
    func discovery() throws {
        try Sample.write(
            "<?xml version='1.0'?>\n<!-- x --><testsuites><testcase name='a'/></testsuites>",
            "build/t.xml"
        )
        try Sample.write("<testsuite/>", ".git/t.xml")
        try Sample.write("<project/>", "pom.xml")
        try Sample.write("{\"name\": \"x\"}", "package.json")
        try Sample.write(
            "<TestRun><Results><UnitTestResult testName='q' outcome='Passed'/></Results></TestRun>",
            "r.trx"
        )
        try Sample.write("<testsuites><broken", "broken.xml")
        try Sample.write("<coverage line-rate='1'><packages/></coverage>", "coverage.xml")
        try Sample.write("<coverage clover='3'><project/></coverage>", "clover.xml")
        try Sample.write("<!DOCTYPE report PUBLIC '-//JACOCO//DTD' 'r.dtd'><report name='r'/>", "jacoco.xml")
        try Sample.write("<report/>", "other.xml")
        try Sample.write("[{\"keyword\":\"Feature\",\"uri\":\"f\",\"name\":\"n\",\"elements\":[]}]", "cucumber.json")
        try Sample.write("{\"RSpec\":{\"coverage\":{}}}", "coverage/.resultset.json")
        var log: [String] = []
        let collection = ReportCollection.discover(of: Sample.build) { log.append($0) }
        #expect(
            collection.reports.map(\.report.name)
                == [
                    "JUNITXML", "CUCUMBERJSON", "VISUALSTUDIOTRX", "CLOVERXML", "COBERTURAXML", "JACOCOXML",
                    "SIMPLECOV",
                ].map { "shop-\($0)-AutoDiscovered" }
        )
        #expect(collection.reports.first?.testCases?.map(\.name) == ["a"])
        #expect(collection.problem == nil)
        #expect(log.first == "Set report auto-discover timeout to 5 seconds")
        #expect(log.contains { $0.hasPrefix("Skipping auto-discovered report broken.xml: line 1") })
    }

    @Test("where there is none, discovery says so and how long it took")
    func nothingDiscovered() throws {
        try Sample.write("<project/>", "pom.xml")
        var log: [String] = []
        let collection = ReportCollection.discover(in: "nowhere", of: Sample.build) { log.append($0) }
        #expect(collection.reports.isEmpty)
        #expect(log.count == 3)
        #expect(log[1].contains(#/^Report auto-discover file discovery took \d\.\d{6} seconds$/#))
        #expect(log[2] == "No matching auto-discover report paths found")
    }

    @Test("kept reports are read again as they were")
    func keeping() throws {
        // Several pieces of what is written at once, with all that JSON has to escape.
        let cases = (0..<2_000).map { "<testcase classname='k' name='&quot;\\&#9;é\($0)' time='0.5'/>" }
        try Sample.write("<testsuite name='s'>\(cases.joined())</testsuite>", "a.xml")
        try Sample.write("<coverage line-rate='1'><packages/></coverage>", "c.xml")
        let (collection, _) = collect(
            .init(name: "unit", files: ["a.xml"]),
            .init(name: "coverage", files: ["c.xml"], format: .coberturaXML)
        )
        let folder = "\(ScratchDirectory.path)/kept"
        #expect(try ReportFile.read(folder) == [])
        try ReportFile.write(collection.reports, to: folder)
        #expect(try ReportFile.read(folder) == collection.reports)
    }

    // MARK: - What a build has put there

    @Test(
        "a report with numbers that cannot be added is refused",
        arguments: [
            #""testSummary":{"total":9223372036854775807,"statusCounts":{},"durationInNanoSeconds":0}"#,
            #""testSummary":{"total":1,"statusCounts":{"FAILED":-1},"durationInNanoSeconds":0}"#,
            #""codeCoverageSummary":{"lineCoveragePercentage":1,"linesCovered":9223372036854775807,"linesMissed":1,"#
                + #""branchCoveragePercentage":1,"branchesCovered":9223372036854775807,"branchesMissed":1}"#,
        ]
    )
    func impossible(summary: String) throws {
        let folder = "\(ScratchDirectory.path)/kept"
        let collection = ReportCollection.Build(project: "shop", arn: "a", root: "/", time: "2026-03-01T12:00:00.000Z")
        let report = ReportNames("group", collection).report(collection, .junitXML)
        try ReportFile.write([ReportFile(report: report, format: .junitXML)], to: folder)
        #expect(try ReportFile.read(folder).count == 1)
        let path = "\(folder)/1.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let start = try #require(text.range(of: #""report":{"#))
        let hostile = text.replacingCharacters(in: start, with: #""report":{\#(summary),"#)
        try Data(hostile.utf8).write(to: URL(filePath: path))
        #expect(throws: ReportError(.syntax, "\(path) is not a kept report")) { try ReportFile.read(folder) }
    }

    @Test(
        "kept reports are not read through links, nor from pipes, nor beyond a limit",
        arguments: ["link", "pipe", "large"]
    )
    func planted(kind: String) throws {
        let folder = "\(ScratchDirectory.path)/kept"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/1.json"
        switch kind {
        case "link": try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
        case "pipe": #expect(unsafe mkfifo(path, 0o600) == 0)
        default:
            try Data().write(to: URL(filePath: path))
            #expect(unsafe truncate(path, 1 << 40) == 0)
        }
        #expect(throws: ReportError.self) { try ReportFile.read(folder, limit: 1 << 20) }
        // Those of the build itself take their place.
        try ReportFile.write([], to: folder)
        #expect(try ReportFile.read(folder) == [])
    }

    @Test("a report file that has become a pipe or a link since it was found is refused", arguments: [true, false])
    func swapped(isPipe: Bool) throws {
        let path = "\(ScratchDirectory.path)/swapped.xml"
        if isPipe {
            #expect(unsafe mkfifo(path, 0o600) == 0)
        } else {
            let outside = try Sample.write("<testsuite/>", "outside")
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: outside)
        }
        #expect(throws: ReportError.self) { try ReportParser.tests(Sample.found(path), .junitXML) { _ in } }
        #expect(throws: ReportError.self) { try ReportParser.tests(Sample.found(path), .cucumberJSON) { _ in } }
    }
}
