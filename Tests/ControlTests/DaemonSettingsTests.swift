// SPDX-License-Identifier: Apache-2.0

import Control
import Diagnostics
import Retention
import Testing

@Suite("The configuration file")
struct DaemonSettingsTests {
    private func read(_ text: String) -> DaemonSettingsReading {
        DaemonSettingsReader.read(Array(text.utf8), file: "config.yml")
    }

    @Test("everything that can be set is read")
    func whole() {
        let reading = read(
            """
            jobs: 4
            retention:
              age: 30d
              count: 100
              bytes: 50GB
              free-space: 5%
            projects:
              app:
                retention: {age: 1y, count: unlimited}
              lib:
                retention:
                  bytes: 1.5GiB
            reserve: 64MiB
            approvers: others
            """
        )
        var settings = DaemonSettings(jobs: 4, reserve: 64 << 20, approvers: .others)
        settings.retention = RetentionPolicy(
            age: 30 * 86_400_000,
            count: 100,
            bytes: 50_000_000_000,
            freeSpace: .share(0.05)
        )
        settings.projects = [
            "app": RetentionPolicy(age: 365 * 86_400_000, count: .max),
            "lib": RetentionPolicy(bytes: 3 << 29),
        ]
        #expect(reading.diagnostics.isEmpty)
        #expect(reading.settings == settings)
    }

    @Test("nothing needs to be set", arguments: ["", "# nothing\n", "---\n", "{}", "retention:\nprojects: {}\n"])
    func nothing(text: String) {
        #expect(read(text).settings == DaemonSettings())
        #expect(read(text).diagnostics.isEmpty)
    }

    @Test(
        "a mistake is named with its place",
        arguments: [
            ("job: 4", "config.yml:1:1: the file has no key `job`; did you mean `jobs`?"),
            (
                "workers: 4",
                "config.yml:1:1: the file has no key `workers`; "
                    + "known here: `jobs`, `retention`, `projects`, `reserve`, `approvers`"
            ),
            ("approvers: me", "config.yml:1:12: `approvers` must be `anyone` or `others`, not `me`"),
            ("jobs: many", "config.yml:1:7: `jobs` must be a number from 1 to 1000, not `many`"),
            ("jobs: 0", "config.yml:1:7: `jobs` must be a number from 1 to 1000, not `0`"),
            ("jobs:", "config.yml:1:6: `jobs` must have a value"),
            ("jobs: 1\njobs: 2", "config.yml:2:1: `jobs` is there twice; remove one of them"),
            ("- jobs", "config.yml:1:1: the file must be a map"),
            (
                "retention:\n  age: 30",
                "config.yml:2:8: `age` must be a duration with its unit, not `30`; "
                    + "write `30d`, `12h`, `6w` or `1y`; `unlimited` for no limit"
            ),
            (
                "retention:\n  free_space: 5%",
                "config.yml:2:3: `retention` has no key `free_space`; did you mean `free-space`?"
            ),
            ("retention: {free-space: 100%}", "config.yml:1:25: `free-space` must be from 0% to 99%, not `100%`"),
            (
                "reserve: 64 megabytes",
                "config.yml:1:10: `reserve` must be a size, not `64 megabytes`; "
                    + "write `50GB` (powers of 1000), `64MiB` (powers of 1024) or a number of bytes"
            ),
            (
                "retention: {bytes: 99999999999999999999}",
                "config.yml:1:20: `bytes` must be a size, not `99999999999999999999`; "
                    + "write `50GB` (powers of 1000), `64MiB` (powers of 1024) or a number of bytes"
            ),
            (
                "projects: {app: {retention: {free-space: 5%}}}",
                "config.yml:1:42: `free-space` is of the whole file system, not of a project; "
                    + "set it once, in `retention` at the top of the file"
            ),
            (
                "projects: {app: {jobs: 1}}",
                "config.yml:1:18: the project `app` has no key `jobs`; known here: `retention`"
            ),
        ]
    )
    func mistake(text: String, expected: String) {
        let reading = read(text)
        let said = reading.diagnostics.map { problem in
            "\(problem.location): \(problem.message)" + (problem.hint.map { "; \($0)" } ?? "")
        }
        #expect(said == [expected])
        #expect(reading.settings == nil)
    }

    @Test("text that is not YAML is refused with its place")
    func broken() {
        let reading = read("jobs: 2\nretention: [\n")
        #expect(reading.settings == nil)
        #expect(reading.diagnostics.first?.location.line == 3)
    }

    @Test("what is written means what was read", arguments: ["1.5 TB", "64MiB", "0", "17"])
    func written(size: String) {
        let text = """
            jobs: 3
            retention: {age: 36h, count: 7, free-space: 0.5%}
            projects: {"a \\"b\\": c": {retention: {bytes: unlimited}}, other: {}}
            reserve: \(size)
            """
        let settings = read(text).settings
        #expect(settings != nil)
        let again = settings.flatMap { read($0.text).settings }
        #expect(again?.retention == settings?.retention)
        #expect(again?.reserve == settings?.reserve)
        #expect(again?.projects == settings?.projects)
        #expect(again?.jobs == 3)
    }

    @Test("a project has its own limits, and those of all for the rest")
    func merged() {
        let settings = read("retention: {age: 1d, count: 5}\nprojects: {app: {retention: {count: unlimited}}}").settings
        #expect(settings?.retentionRules.count(of: "app") == .max)
        #expect(settings?.retentionRules.count(of: "lib") == 5)
    }
}
