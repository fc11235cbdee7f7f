// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Fault 43: YAML as a weapon", .scratchDirectory, .timeLimit(.minutes(40)))
struct Fault43YAMLTests {
    /// A text, and where it is refused at the latest; nil: it is good.
    struct Bomb: CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        /// The beginning of `LINE:COLUMN`.
        let place: String?

        init(_ name: String, _ text: String, _ place: String?) {
            self.name = name
            bytes = Array(text.utf8)
            self.place = place
        }

        init(_ name: String, bytes: [UInt8], _ place: String?) {
            self.name = name
            self.bytes = bytes
            self.place = place
        }

        var testDescription: String { name }
    }

    private static let good = "version: 0.2\nphases:\n  build:\n    commands:\n      - echo built\n"

    private static let bombs: [Bomb] = {
        let levels = (1...20).map { index in
            "a\(index): &a\(index) [\(Array(repeating: "*a\(index - 1)", count: 10).joined(separator: ","))]\n"
        }
        let laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + levels.joined() + good
        let flow = good + "x: " + String(repeating: "[", count: 10_000)
        let blocks = good + "x:\n" + (1...10_000).map { String(repeating: " ", count: $0 % 200) + "- - - -\n" }.joined()
        let noise = good + "# " + String(repeating: "x", count: 10_000_000) + "\n"
        let values = good + "x: [" + String(repeating: "a,", count: 5_000_000) + "]\n"
        return [
            Bomb("an alias bomb", laughs, ""),
            Bomb("depth 10,000 in brackets", flow, "6:"),
            Bomb("depth in dashes", blocks, ""),
            Bomb("duplicate keys", good + "phases: {}\n", "6:1"),
            Bomb("a tab as indentation", "version: 0.2\nphases:\n\tbuild: {}\n", "3:1"),
            Bomb("a byte order mark", "\u{FEFF}" + good, nil),
            Bomb("carriage returns", good.replacingOccurrences(of: "\n", with: "\r\n"), nil),
            Bomb("10 MB in one comment", noise, nil),
            Bomb("10 MB of values", values, "6:"),
            Bomb("on: yes, which YAML 1.1 takes for a boolean", good + "on: yes\n", nil),
            Bomb("a norwegian version", good.replacingOccurrences(of: "0.2", with: "no"), "1:10"),
            Bomb("bytes that are not UTF-8", bytes: Array(good.utf8) + [0x78, 0x3A, 0x20, 0xFF, 0xFE, 0x0A], "6:"),
            Bomb("UTF-16", bytes: [0xFF, 0xFE] + good.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, "1:"),
            Bomb("NUL", bytes: Array(good.utf8) + [0x78, 0x3A, 0x20, 0x00, 0x0A], "6:"),
        ]
    }()

    /// More than any of them needs in a debug build, and far less than a bomb would take; kilobytes.
    private static let peakLimit = 400_000

    @Test("43: a bomb is refused with its place, in bounded memory, by nacre lint", arguments: bombs)
    func lint(bomb: Bomb) throws {
        let file = "\(ScratchDirectory.path)/buildspec.yml"
        try Data(bomb.bytes).write(to: URL(fileURLWithPath: file))
        // Python measures: it starts the program, waits for it, and tells the most memory that it had.
        let measure = """
            import resource, subprocess, sys
            done = subprocess.run(sys.argv[1:], capture_output=True)
            sys.stdout.buffer.write(done.stdout)
            sys.stderr.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
            sys.exit(done.returncode)
            """
        let result = try Program.run(
            "python3",
            ["-c", measure, Program.product("nacre"), "lint", "buildspec.yml"],
            environment: Program.path,
            in: ScratchDirectory.path,
            seconds: 60
        )
        let peak = try #require(Int(result.errors), "\(result)")
        #expect(peak < Self.peakLimit, "\(peak) kB")
        guard let place = bomb.place else {
            #expect(result.status == 0, "\(result)")
            return
        }
        #expect(result.status == 3, "\(result)")
        let first = result.output.prefix { $0 != "\n" }
        #expect(first.contains(#/^buildspec\.yml:[0-9]+:[0-9]+: error: /#), "\(first)")
        #expect(first.hasPrefix("buildspec.yml:\(place)"), "\(first)")
        #expect(IngestFixture.controls(in: result.output) == [])
        #expect(result.output.utf8.count < 100_000)
    }

    @Test("43: pushed bombs fail their builds with the place, the others are built, and the daemon's memory is bounded")
    func pushed() throws {
        try DaemonFixture.run { daemon in
            let git = try IngestFixture.repository(daemon, flags: ["--branches", "**"])
            var branches: [String] = []
            for (index, bomb) in Self.bombs.enumerated() {
                try Data(bomb.bytes).write(to: URL(fileURLWithPath: "\(git.work)/buildspec.yml"))
                branches.append("b/\(index + 10)")
                try git.git("checkout", "-q", "-B", branches[index])
                try git.commit(bomb.name)
            }
            let before = try IngestFixture.peakKilobytes(daemon)
            let pushed = try IngestFixture.push(git, branches)
            #expect(pushed.errors.contains(#/buildspec\.yml:[0-9]+:[0-9]+: error: /#), "\(pushed.errors)")
            #expect(IngestFixture.controls(in: IngestFixture.remote(pushed)) == [])
            let results = try IngestFixture.results(daemon, count: branches.count)
            for (index, bomb) in Self.bombs.enumerated() {
                let build = try daemon.build("app#\(index + 1)")
                #expect(build.sourceVersion == branches[index])
                guard let place = bomb.place else {
                    #expect(build.buildStatus == "SUCCEEDED", "\(bomb.name)")
                    continue
                }
                #expect(build.buildStatus == "FAILED", "\(bomb.name)")
                let context = build.phase("DOWNLOAD_SOURCE")?.contexts?.first
                #expect(context?.statusCode == "YAML_FILE_ERROR", "\(bomb.name)")
                #expect(context?.message.isEmpty == false, "\(bomb.name)")
                // The message is AWS's; the log has the place.
                #expect(build.log.contains("buildspec.yml:\(place)"), "\(bomb.name): \(build.log.prefix(500))")
            }
            #expect(results.count == branches.count)
            #expect(try IngestFixture.peakKilobytes(daemon) - before < Self.peakLimit)
        }
    }
}
