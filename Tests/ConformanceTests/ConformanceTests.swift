// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Conformance", .scratchDirectory, .timeLimit(.minutes(40)))
struct ConformanceTests {
    /// What the tests read of the Build object.
    private struct Build: Decodable {
        struct Phase: Decodable {
            struct Context: Decodable {
                var statusCode: String
                var message: String
            }

            var phaseType: String
            var phaseStatus: String?
            var contexts: [Context]?
        }

        struct Variable: Decodable {
            var name: String
            var value: String
        }

        struct Retry: Decodable {
            var autoRetryNumber: Int
        }

        var buildStatus: String
        var phases: [Phase]
        var exportedEnvironmentVariables: [Variable]
        var autoRetryConfig: Retry?
    }

    @Test("there are cases, and each says what must come out")
    func cases() {
        #expect(ConformanceCase.all.count >= 200)
        #expect(ConformanceCase.all.filter { $0.lines("expected/status") == nil }.map(\.name) == [])
    }

    @Test("a build comes to what its case says", arguments: ConformanceCase.all)
    func build(_ one: ConformanceCase) throws {
        if let missing = try one.missingRequirement() { try Test.cancel("this machine lacks \(missing)") }
        let scratch = ScratchDirectory.path
        // A copy, so that the repository around the case plays no part.
        try FileManager.default.copyItem(atPath: "\(one.path)/source", toPath: "\(scratch)/source")
        var arguments = ["build", "\(scratch)/source", "--json", "-a", "\(scratch)/artifacts"]
        for source in one.names("sources") {
            try FileManager.default.copyItem(atPath: "\(one.path)/sources/\(source)", toPath: "\(scratch)/\(source)")
            arguments += ["--source", "\(source)=\(scratch)/\(source)"]
        }
        arguments += (one.lines("arguments") ?? []).map { $0.replacingOccurrences(of: "$CASE", with: one.path) }
        let environment = Program.path.merging(["NACRE_HOME": "\(scratch)/home"]) { $1 }
        if FileManager.default.fileExists(atPath: "\(one.path)/earlier") {
            try buildEarlier(one, environment)
        }
        let run = try Program.run(Program.product("nacre"), arguments, environment: environment, in: scratch)

        let build = try JSONDecoder().decode(Build.self, from: Data(run.output.utf8))
        expect(one, "status", [build.buildStatus])
        expect(one, "exit", [String(run.status)])
        expect(one, "attempts", [String((build.autoRetryConfig?.autoRetryNumber ?? 0) + 1)])
        try expectPhases(one, build)
        expect(one, "variables", build.exportedEnvironmentVariables.map { "\($0.name)=\($0.value)" })
        // What the command line itself says follows the log.
        let logged = run.errors.split(separator: "\n", omittingEmptySubsequences: false).filter {
            !$0.hasPrefix("nacre: ")
        }
        let text = logged.joined(separator: "\n")
        let log = ConformanceLog(text, folders: folders(in: text))
        expect(one, "log", log.lines)
        expect(one, "output", log.output)
        for line in one.lines("expected/error") ?? [] {
            #expect(run.errors.contains(line), "\(one.path)/expected/error")
        }
        try expectArtifacts(one)
    }

    /// Builds the same working tree before, as it looks with the files of `earlier` in it.
    private func buildEarlier(_ one: ConformanceCase, _ environment: [String: String]) throws {
        let scratch = ScratchDirectory.path
        try FileManager.default.moveItem(atPath: "\(scratch)/source", toPath: "\(scratch)/later")
        try FileManager.default.copyItem(atPath: "\(one.path)/earlier", toPath: "\(scratch)/source")
        let directory = "\(scratch)/source"
        _ = try Program.run(Program.product("nacre"), ["build", directory], environment: environment, in: scratch)
        try FileManager.default.removeItem(atPath: directory)
        try FileManager.default.moveItem(atPath: "\(scratch)/later", toPath: directory)
    }

    /// The phases from DOWNLOAD_SOURCE on, with what they say about a failure.
    private func phases(of build: Build) -> [String] {
        let left = ["SUBMITTED", "QUEUED", "PROVISIONING", "COMPLETED"]
        return build.phases.filter { !left.contains($0.phaseType) }.map { phase in
            var line = "\(phase.phaseType) \(phase.phaseStatus ?? "")"
            if let context = phase.contexts?.first, !context.statusCode.isEmpty {
                line += " \(context.statusCode) \(context.message.replacingOccurrences(of: "\n", with: "\\n"))"
            }
            return line
        }
    }

    /// Compares the phases; a line of the case that ends with the status code leaves the message open.
    private func expectPhases(_ one: ConformanceCase, _ build: Build) throws {
        guard let expected = one.lines("expected/phases") else { return }
        let found = phases(of: build)
        let shortened = zip(found, expected).map { line, wanted in
            wanted.split(separator: " ").count == 3 && line.hasPrefix("\(wanted) ") ? wanted : line
        }
        #expect(shortened + found.dropFirst(expected.count) == expected, "\(one.path)/expected/phases")
    }

    /// The source folders that the log names, and what they are called in the case's files.
    private func folders(in log: String) -> [(name: String, path: String)] {
        log.split(separator: "\n").compactMap { line -> (name: String, path: String)? in
            guard let found = line.firstMatch(of: #/CODEBUILD_SRC_DIR(_\w+)?=(/.*)$/#) else { return nil }
            return ("$SRC\(found.1 ?? "")", String(found.2))
        }
    }

    private func expectArtifacts(_ one: ConformanceCase) throws {
        for file in one.names("expected") where file == "artifacts" || file.hasPrefix("artifacts.") {
            let name = file == "artifacts" ? "artifacts" : String(file.dropFirst("artifacts.".count))
            expect(one, file, try zipEntries("\(ScratchDirectory.path)/artifacts/\(name).zip"))
        }
    }

    /// The entries of a zip as another program reads them: `*` behind what is executable, `->` before a symlink's target.
    private func zipEntries(_ path: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let script = """
            import sys, zipfile
            for entry in zipfile.ZipFile(sys.argv[1]).infolist():
                mode = entry.external_attr >> 16
                if mode & 0o170000 == 0o120000:
                    print(entry.filename, "->", zipfile.ZipFile(sys.argv[1]).read(entry).decode())
                else:
                    print(entry.filename + ("*" if mode & 0o111 else ""))
            """
        let environment = Program.path.merging(["PYTHONIOENCODING": "utf-8"]) { $1 }
        let run = try Program.run("python3", ["-c", script, path], environment: environment)
        #expect(run.status == 0, "\(run.errors)")
        return run.output.split(separator: "\n").map { String($0) }.sorted {
            Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8))
        }
    }

    /// Compares with one of the case's files, if it has it.
    private func expect(_ one: ConformanceCase, _ file: String, _ lines: [String]) {
        guard let expected = one.lines("expected/\(file)") else { return }
        #expect(lines == expected, "\(one.path)/expected/\(file)")
    }
}
