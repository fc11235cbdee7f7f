// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("The daemon's numbers", .scratchDirectory, .timeLimit(.minutes(40)))
struct MetricsTests {
    /// What Prometheus's own parser insists on, and a little more.
    private static func parse(_ text: String) throws -> [String: Double] {
        func wrong(_ line: String, _ why: String) -> Program.Failure {
            Program.Failure(description: "\(why): \(line)")
        }
        var samples: [String: Double] = [:]
        var kinds: [String: String] = [:]
        var helped: Set<String> = []
        var family = ""
        guard text.hasSuffix("\n") else { throw wrong(text.suffix(80).description, "the last line has no end") }
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if let match = try #/# HELP ([a-z][a-z0-9_]*) (\S.*\.)/#.wholeMatch(in: line) {
                guard helped.insert(String(match.1)).inserted else { throw wrong(line, "helped twice") }
                family = String(match.1)
            } else if let match = try #/# TYPE ([a-z][a-z0-9_]*) (counter|gauge|histogram)/#.wholeMatch(in: line) {
                guard match.1 == family, kinds[family] == nil else { throw wrong(line, "not behind its help") }
                kinds[family] = String(match.2)
                let isTotal = family.hasSuffix("_total")
                if isTotal != (match.2 == "counter") { throw wrong(line, "a counter is called `_total`") }
            } else if let match = try #/([a-z][a-z0-9_]*)((?:\{(?:[a-z_]+="(?:[^"\\]|\\[\\"n])*",?)+\})?) (\S+)/#
                .wholeMatch(in: line)
            {
                let name = String(match.1)
                let suffixes = kinds[family] == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
                guard suffixes.contains(where: { family + $0 == name }) else { throw wrong(line, "not of \(family)") }
                guard let value = Double(match.3.replacing("+Inf", with: "inf")) else { throw wrong(line, "no number") }
                guard samples.updateValue(value, forKey: name + match.2) == nil else { throw wrong(line, "twice") }
            } else {
                throw wrong(line, "no such line")
            }
        }
        return samples
    }

    @Test("they are in Prometheus's format, true, and go on after a restart")
    func metrics() throws {
        try DaemonFixture.run { daemon in
            let first = try Self.parse(try daemon.nacre("metrics").output)
            #expect(first["nacre_builds_total{status=\"SUCCEEDED\"}"] == 0)
            #expect(first["nacre_build_slots"] == 2)
            #expect(first["nacre_config_last_reload_successful"] == 1)

            let git = try daemon.createRepository()
            try git.write("buildspec.yml", "version: 0.2\nphases: {build: {commands: [test -e good]}}\n")
            try git.commit()
            #expect(try git.push("HEAD:main").status == 0)
            #expect(try daemon.finished("app#1").buildStatus == "FAILED")
            try git.write("good", "")
            try git.commit()
            #expect(try git.push("HEAD:main").status == 0)
            #expect(try daemon.finished("app#2").buildStatus == "SUCCEEDED")

            var numbers: [String: Double] = [:]
            try eventually("no build runs") {
                numbers = try Self.parse(try daemon.nacre("metrics").output)
                return numbers["nacre_builds_running"] == 0
            }
            #expect(numbers["nacre_builds_total{status=\"SUCCEEDED\"}"] == 1)
            #expect(numbers["nacre_builds_total{status=\"FAILED\"}"] == 1)
            #expect(numbers["nacre_builds_queued"] == 0)
            #expect(numbers["nacre_build_duration_seconds_count"] == 2)
            #expect(numbers["nacre_build_queue_wait_seconds_bucket{le=\"+Inf\"}"] == 2)
            let noticed = numbers.filter { $0.key.hasPrefix("nacre_changes_total{") }.values.reduce(0, +)
            #expect(noticed >= 2)
            #expect(numbers["nacre_repositories"] == 1)
            #expect(numbers["nacre_repositories_unreadable"] == 0)
            #expect(numbers["nacre_approvals_waiting"] == 0)
            #expect(numbers["nacre_audit_failures_total"] == 0)
            for name in [
                "nacre_journal_bytes", "nacre_home_free_bytes", "nacre_home_size_bytes", "nacre_audit_records_total",
                "process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total",
            ] {
                #expect(numbers[name].map { $0 > 0 } ?? false, "\(name)")
            }
            let now = Date().timeIntervalSince1970
            #expect(numbers["process_start_time_seconds"].map { abs(now - $0) < 3600 } ?? false)
            #expect(numbers.keys.contains { $0.hasPrefix("nacre_build_info{version=\"") })

            // Retention takes builds away, but what has happened has happened.
            try daemon.stop()
            try daemon.start()
            let after = try Self.parse(try daemon.nacre("metrics").output)
            #expect(after["nacre_builds_total{status=\"FAILED\"}"] == 1)
            #expect(after["nacre_log_bytes"].map { $0 > 0 } ?? false)
        }
    }

    @Test("a number that cannot be had is left out, as none is not the same as 0")
    func unreadable() throws {
        try DaemonFixture.run { daemon in
            try FileManager.default.removeItem(atPath: "\(daemon.home)/audit.head")
            let numbers = try Self.parse(try daemon.nacre("metrics").output)
            #expect(numbers["nacre_audit_records_total"] == nil && numbers["nacre_journal_bytes"] != nil)
        }
    }

    @Test("an approval that waits is counted")
    func approvals() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            try git.write("a", "b")
            try git.commit()
            #expect(try git.push("HEAD:main").status == 0)
            let definition = """
                {"pipeline": {"name": "line", "roleArn": "x", "stages": [
                  {"name": "Source", "actions": [{"name": "Code", "actionTypeId": {"category": "Source", "owner": "AWS",
                    "provider": "CodeCommit", "version": "1"}, "configuration": {"RepositoryName": "app",
                    "BranchName": "main"}, "outputArtifacts": [{"name": "code"}]}]},
                  {"name": "Gate", "actions": [{"name": "Ask", "actionTypeId": {"category": "Approval", "owner": "AWS",
                    "provider": "Manual", "version": "1"}}]}]}}
                """
            let applied = try daemon.apply(definition)
            #expect(applied.status == 0, "\(applied)")
            _ = try daemon.asks("line/latest")
            let numbers = try Self.parse(try daemon.nacre("metrics").output)
            #expect(numbers["nacre_approvals_waiting"] == 1)
            #expect(numbers["nacre_executions_running"] == 1)
            #expect(try daemon.nacre("reject", "line/latest", "--comment", "no").status == 0)
            _ = try daemon.over("line/latest")
            let after = try Self.parse(try daemon.nacre("metrics").output)
            #expect(after["nacre_approvals_waiting"] == 0)
            #expect(after["nacre_executions_total{status=\"Failed\"}"] == 1)
        }
    }
}
