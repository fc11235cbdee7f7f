// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Reports", .scratchDirectory, .timeLimit(.minutes(40)))
struct ReportTests {
    private struct Kept: Decodable {
        struct Report: Decodable {
            var name: String
            var status: String
        }

        struct Case: Decodable {
            var name: String
            var status: String
            var message: String
        }

        var report: Report
        var testCases: [Case]
    }

    private static let buildspec = """
        version: 0.2
        phases: {build: {commands: ["true"]}}
        reports: {unit: {files: [unit.xml]}}

        """

    private static func report(failing: String) -> String {
        let cases = ["adds", "pays"].map { name in
            let failure = name == failing ? "<failure message=\"no money\"/>" : ""
            return "<testcase classname=\"cart\" name=\"\(name)\" time=\"0.5\">\(failure)</testcase>"
        }
        return "<testsuite name=\"s\">\(cases.joined())</testsuite>"
    }

    @Test("a build's reports and their trend are shown")
    func shown() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try git.write("buildspec.yml", Self.buildspec)
            for failing in ["adds", "pays"] {
                try git.write("unit.xml", Self.report(failing: failing))
                try git.commit()
                #expect(try git.push("HEAD:main", options: ["nacre.wait"]).status == 0)
            }
            #expect(try daemon.finished("app#2").buildStatus == "SUCCEEDED")
            let show = try daemon.nacre("show", "app#2").output
            #expect(show.contains("app-unit: 2 tests, 1 passed, 1 failed in 1.0 s\n"), "\(show)")
            #expect(show.contains("FAILED cart.pays (500 ms)\n"), "\(show)")

            let text = try daemon.nacre("reports", "app").output
            let expected = """
                app-unit: 2 tests, 1 passed, 1 failed in 1.0 s
                  FAILED cart.pays (500 ms)
                    no money
                  SUCCEEDED cart.adds (500 ms)

                TREND
                app-unit: ██  #1 1/2, #2 1/2
                  newly failing:
                    cart.pays
                  newly passing:
                    cart.adds

                """
            #expect(text == expected)

            let json = try daemon.nacre("reports", "app#1", "--failed", "--json").output
            let kept = try JSONDecoder().decode([Kept].self, from: Data(json.utf8))
            #expect(kept.map(\.report.name) == ["app-unit"])
            #expect(kept.map(\.report.status) == ["FAILED"])
            #expect(kept.first?.testCases.map(\.name) == ["adds"])
        }
    }
}
