// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The date of the daemon is moved from outside.
///
/// Builds' own supervisors are linked statically, so that theirs cannot be; `BuildClockTests` does so from within.
@Suite("Fault 19: clocks that jump", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault19ClockTests {
    private static let day: Int64 = 86_400

    /// Lets the daemon take in something, so that it need not be waited for until it looks at the clock by itself.
    private func nudge(_ daemon: DaemonFixture) throws {
        #expect(try daemon.nacre("pipeline", "disable", "line", "Build", "--reason", "look at the clock").status == 0)
        #expect(try daemon.nacre("pipeline", "enable", "line", "Build").status == 0)
    }

    /// How many seconds an action of the last execution has taken, by what AWS's clients are told.
    private func duration(_ daemon: DaemonFixture, _ action: String) throws -> Double {
        let shown = try daemon.nacre("show", "line/latest", "--json").output
        let tree = try JSONSerialization.jsonObject(with: Data(shown.utf8)) as? [String: Any]
        let details = tree?["actionExecutionDetails"] as? [[String: Any]]
        let detail = try #require(details?.first { $0["actionName"] as? String == action })
        return try #require(detail["lastUpdateTime"] as? Double) - (try #require(detail["startTime"] as? Double))
    }

    private func scene(_ daemon: DaemonFixture) throws -> PipelineScene {
        try PipelineScene(
            daemon,
            [
                ("Build", [Definition.commands("Work", [PipelineScene.wait("work")])]),
                ("Ask", [Definition.approval("Ask", ["timeoutInMinutes": 10])]),
            ],
            mode: "QUEUED"
        )
    }

    @Test(
        "19: a date that is set by a day while things run ends none of them, bends no duration, and turns no order around",
        arguments: [1, -1]
    )
    func jump(days: Int64) throws {
        let clock = try ShiftedClock()
        try DaemonFixture.run(environment: clock.environment) { daemon in
            let scene = try scene(daemon)
            try scene.push(1)
            try PipelineScene.reached("work", 1)
            try scene.push(2)
            try scene.waiting(before: "Build", [2])
            try clock.shift(seconds: days * Self.day)
            PipelineScene.open("work", 1)
            _ = try daemon.asks("line/1")
            #expect(daemon.log.contains("The date was set"))
            try PipelineScene.reached("work", 2)
            #expect(try daemon.nacre("stop", "line/2", "--abandon").status == 0)
            // The approval has ten minutes, of which the day takes none, forth and back.
            try clock.shift(seconds: 0)
            try nudge(daemon)
            #expect(try daemon.execution("line/1").action("Ask")?.status == "InProgress")
            try clock.shift(seconds: days * Self.day)
            try nudge(daemon)
            try scene.approve(1)
            #expect(try daemon.over("line/1").status == "Succeeded")
            try scene.push(3)
            try PipelineScene.reached("work", 3)
            PipelineScene.open("work", 3)
            _ = try daemon.asks("line/3")
            for action in ["Source", "Work", "Ask"] {
                #expect((0...900).contains(try duration(daemon, action)), "\(action)")
            }
            let numbers = try daemon.builds().map(\.buildNumber)
            #expect(numbers == numbers.sorted(by: >))
            let list = try daemon.nacre("list", "--pipeline", "line").output
            let places = try (1...3).map { try #require(list.range(of: "line/\($0) ")).lowerBound }
            #expect(places == places.sorted(by: >), "\(list)")
        }
    }

    @Test("19: who wakes from a long sleep has let the time pass: what expired meanwhile has expired")
    func asleep() throws {
        let clock = try ShiftedClock()
        try DaemonFixture.run(environment: clock.environment) { daemon in
            let scene = try scene(daemon)
            try scene.push(1)
            try PipelineScene.reached("work", 1)
            PipelineScene.open("work", 1)
            _ = try daemon.asks("line/1")
            try clock.shift(seconds: 3600, asleep: 3600)
            let late = try daemon.nacre("approve", "line/1", "--comment", "good morning")
            #expect(late.status == 1 && late.errors.contains("expired"), "\(late)")
            #expect(!daemon.log.contains("The date was set"))
        }
    }

    @Test(
        "19: a date that is set by a day ends no build that waits, nor bends its wait, while a daemon runs or none",
        arguments: [1, -1]
    )
    func queued(days: Int64) throws {
        let clock = try ShiftedClock()
        try DaemonFixture.run(jobs: 1, environment: clock.environment) { daemon in
            let gate = Gate()
            let git = try FaultBuild.push(daemon, FaultBuild.buildspec(gate.command))
            try gate.waitUntilReached()
            try FaultBuild.push(git, FaultBuild.buildspec("echo second"))
            try daemon.stop(SIGKILL)
            try clock.shift(seconds: days * Self.day)
            try daemon.start()
            try clock.shift(seconds: 2 * days * Self.day)
            try FaultBuild.push(git, FaultBuild.buildspec("echo third"))
            gate.open()
            for name in ["app#2", "app#3"] {
                let build = try daemon.finished(name)
                #expect(build.buildStatus == "SUCCEEDED", "\(build)")
                let queued = try #require(build.phases.first { $0.phaseType == "QUEUED" }?.durationInSeconds)
                #expect((0...900).contains(queued), "\(name): \(queued)")
            }
        }
    }

    @Test("19: a schedule fires once for each of its times, however the date is set over it")
    func schedule() throws {
        let clock = try ShiftedClock()
        try DaemonFixture.run(environment: clock.environment) { daemon in
            _ = try daemon.createRepository()
            let now = Int64(Date().timeIntervalSince1970)
            // Every day at a time that is two hours ahead.
            let due = (now / 60 + 120) * 60
            let times = "cron(\(due / 60 % 60) \(due / 3600 % 24) * * ? *)"
            let definition = Definition(
                "nightly",
                [("Source", [Definition.source()]), ("Build", [Definition.commands("Work", ["true"])])]
            )
            let other = Definition(
                "line",
                [("Source", [Definition.source()]), ("Build", [Definition.commands("Work", ["true"])])]
            )
            try daemon.define(definition)
            try daemon.define(other)
            let template = """
                Resources:
                  Nightly:
                    Type: AWS::Events::Rule
                    Properties:
                      Name: nightly
                      ScheduleExpression: \(times)
                      Targets:
                        - {Id: line, Arn: "arn:aws:codepipeline:us-east-1:000000000000:nightly", RoleArn: "arn:aws:iam::000000000000:role/x"}
                """
            let applied = try daemon.apply(template, file: "rule.yml")
            guard applied.status == 0 else { throw Program.Failure(description: "\(applied)") }
            let first = try daemon.nacre("show", "nightly/1").status == 5 ? 0 : 1
            if first == 1 { _ = try daemon.over("nightly/1") }
            // Over it by a minute, as by a jump of two hours.
            for (number, instant) in [(1, due + 30), (1, due - 60), (1, due + 30), (2, due + Self.day + 30)] {
                try clock.shift(seconds: instant - now)
                try nudge(daemon)
                _ = try daemon.over("nightly/\(first + number)")
                #expect(try daemon.nacre("show", "nightly/\(first + number + 1)").status == 5)
            }
            let shown = try daemon.execution("nightly/\(first + 2)").pipelineExecution.trigger
            #expect(shown.triggerType == "CloudWatchEvent", "\(shown)")
        }
    }
}
