// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite(
    "11: kill -9 while retention removes",
    .scratchDirectory,
    .timeLimit(.minutes(40)),
    .enabled(if: TracedDaemon.canTrace, "programs cannot be traced here (ptrace)")
)
struct RetentionKillTests {
    private var home: String { "\(ScratchDirectory.path)/home" }

    /// The files below a folder of the home.
    private func files(_ folder: String) -> [String] {
        let all = FileManager.default.enumerator(atPath: "\(home)/\(folder)")?.compactMap { $0 as? String } ?? []
        return all.filter { name in
            let type = try? FileManager.default.attributesOfItem(atPath: "\(home)/\(folder)/\(name)")[.type]
            return type as? FileAttributeType != .typeDirectory
        }
    }

    @Test("11: a daemon that is killed in the middle of it loses nothing that stays, and the next one removes the rest")
    func killed() throws {
        try DaemonFixture.run { daemon in
            let git = try daemon.createRepository()
            for number in 1...4 {
                let artifacts = "artifacts:\n  files: [made]\n"
                try git.write("buildspec.yml", IngestFixture.buildspec("echo \(number) > made") + artifacts)
                try git.commit("number \(number)")
                #expect(try git.push("HEAD:main").status == 0)
                #expect(try daemon.finished("app#\(number)").buildStatus == "SUCCEEDED")
            }
            try daemon.stop()
        }
        #expect(files("artifacts").count == 4)
        try Data("retention: {count: 1}\n".utf8).write(to: URL(fileURLWithPath: "\(home)/config.yml"))
        // Each daemon goes on with what the one before has left: the marks are set, a folder is half gone, an artifact is.
        let sorts = ["nacre/unlinkat/builds/*/log", "nacre/rmdir/builds/*", "nacre/unlink/artifacts/*/*"]
        for sort in sorts {
            let point = StopPoint(.daemon, 1, of: sort, isAfter: true)
            let daemon = try TracedDaemon(in: ScratchDirectory.path, until: point)
            try eventually("the daemon is killed at \(sort); \(daemon.operations) \(daemon.text)") { daemon.hasEnded }
            #expect(daemon.wasStopped)
        }
        try FileManager.default.removeItem(atPath: "\(ScratchDirectory.path)/daemon.err")
        try DaemonFixture.run { daemon in
            try eventually("the rest is removed; \(daemon.log)") {
                try daemon.builds().map(\.buildNumber) == [4] && files("artifacts").count == 1
            }
            #expect(Set(files("builds").compactMap { $0.split(separator: "/").first }).count == 1)
            let build = try daemon.finished("app#4")
            #expect(build.buildStatus == "SUCCEEDED" && build.log.contains("echo 4"))
            let unpacked = try daemon.nacre("artifacts", "get", "app#4", "--output", "\(ScratchDirectory.path)/out")
            #expect(unpacked.status == 0, "\(unpacked)")
        }
    }
}
