// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// What the tests of pushes have in common.
enum IngestFixture {
    /// A buildspec whose phase `build` runs these commands, each as it stands.
    static func buildspec(_ commands: String...) -> String {
        var text = "version: 0.2\nphases:\n  build:\n    commands:\n"
        for command in commands {
            let lines = command.split(separator: "\n", omittingEmptySubsequences: false)
            text += "      - |\n" + lines.map { "        \($0)\n" }.joined()
        }
        return text
    }

    /// A command that tells that the build is here, and stays until the build is ended; it costs no processor time.
    static var stay: String {
        """
        : > '\(ScratchDirectory.path)/here-'"$CODEBUILD_BUILD_NUMBER"
        exec sleep 1000
        """
    }

    /// Waits until so many builds stay.
    static func waitUntilHere(_ count: Int) throws {
        try eventually("\(count) builds stay") {
            let names = try FileManager.default.contentsOfDirectory(atPath: ScratchDirectory.path)
            return names.count { $0.hasPrefix("here-") } == count
        }
    }

    /// A repository that lies outside the home, registered as `app`, with this buildspec committed in the working tree.
    static func repository(
        _ daemon: DaemonFixture,
        buildspec: String = buildspec("true"),
        flags: [String] = []
    ) throws -> GitFixture {
        let git = try GitFixture(in: ScratchDirectory.path, bare: "lies here.git")
        try git.write("buildspec.yml", buildspec)
        try git.commit()
        try nacre(daemon, ["repo", "add", git.bare, "--name", "app"] + flags)
        return git
    }

    /// Runs `nacre` on the daemon's home, which must succeed.
    @discardableResult
    static func nacre(_ daemon: DaemonFixture, _ arguments: [String]) throws -> Program.Result {
        let environment = Program.path.merging(["NACRE_HOME": daemon.home]) { $1 }
        let result = try Program.run(Program.product("nacre"), arguments, environment: environment)
        guard result.status == 0 else { throw Program.Failure(description: "\(arguments): \(result)") }
        return result
    }

    /// Pushes any number of refs at once.
    @discardableResult
    static func push(_ git: GitFixture, _ refspecs: [String], options: [String] = []) throws -> Program.Result {
        let words = ["-C", git.work, "push"] + options.flatMap { ["-o", $0] } + ["origin"] + refspecs
        let result = try Program.run("git", words, environment: GitFixture.environment)
        guard result.status == 0 else { throw Program.Failure(description: "\(words): \(result)") }
        return result
    }

    /// What the hook has said to the pusher; the rest is git's own.
    static func remote(_ push: Program.Result) -> String {
        push.errors.split(separator: "\n").filter { $0.hasPrefix("remote:") }.joined(separator: "\n")
    }

    /// `PROJECT#NUMBER BRANCH STATUS` of every build, the oldest first, when so many are over.
    static func results(_ daemon: DaemonFixture, count: Int) throws -> [String] {
        var builds: [ShownBuild] = []
        try eventually("\(count) builds are over; \(daemon.log)") {
            builds = try daemon.builds()
            return builds.count >= count && builds.allSatisfy(\.buildComplete)
        }
        return builds.reversed().map {
            "\($0.projectName)#\($0.buildNumber) \($0.sourceVersion ?? "") \($0.buildStatus)"
        }
    }

    /// Makes commits upon each other in both repositories, fast; none of them differs in its files.
    /// - Returns: their ids, the oldest first.
    static func commits(_ count: Int, in git: GitFixture) throws -> [String] {
        let parent = try git.git("rev-parse", "HEAD")
        // No branch, so nothing that is watched.
        let line = "refs/made/line"
        #expect(try git.push("HEAD:\(line)").status == 0)
        var text = ""
        for index in 1...count {
            text += "commit \(line)\nmark :\(index)\n"
            text += "committer Carl Committer <carl@example.org> \(1_700_000_000 + index) +0000\n"
            text += "data <<END\ncommit \(index)\nEND\n"
            text += index == 1 ? "from \(parent)\n\n" : "\n"
        }
        let marks = "\(ScratchDirectory.path)/marks"
        try git.gitInBare("fast-import", "--quiet", "--export-marks=\(marks)", input: Array(text.utf8))
        try git.git("fetch", "-q", "origin", line)
        return try String(contentsOfFile: marks, encoding: .utf8).split(separator: "\n").map { line in
            let parts = line.dropFirst().split(separator: " ")
            return (number: Int(parts[0]) ?? 0, id: String(parts[1]))
        }.sorted { $0.number < $1.number }.map(\.id)
    }

    /// The most memory that a process has had, in kilobytes.
    static func peakKilobytes(_ daemon: DaemonFixture) throws -> Int {
        try kilobytes("VmHWM", daemon)
    }

    /// A number of `/proc/PID/status`, such as `VmRSS`.
    static func kilobytes(_ name: String, _ daemon: DaemonFixture) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(daemon.pid ?? 0)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("\(name):") } ?? ""
        guard let number = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) }) else {
            throw Program.Failure(description: "no \(name) in \(status)")
        }
        return number
    }

    /// The characters of a text that could do something to a terminal, each as `U+1B`.
    static func controls(in text: String) -> [String] {
        let found = text.unicodeScalars.filter { scalar in
            switch scalar.value {
            case 0x09, 0x0A: false
            case 0..<0x20, 0x7F..<0xA0, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
            default: false
            }
        }
        return Set(found).sorted().map { "U+" + String($0.value, radix: 16, uppercase: true) }
    }
}
