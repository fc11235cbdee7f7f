// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import Processes
import TestSupport
import Testing

@Suite("Processes that were left", .scratchDirectory, .timeLimit(.minutes(40)))
struct StrayProcessesTests {
    /// Starts a shell that has the mark of a UUID, beside its number in the environment.
    private func start(_ script: String, _ uuid: String) throws -> ChildProcess {
        let null = try Descriptor.open("/dev/null", O_RDWR)
        let digits = uuid.filter { $0 != "-" }.suffix(15)
        let mark = 1 << 60 | (try #require(UInt64(digits, radix: 16)))
        return try ChildProcess.spawn(
            ChildProcess.Request(
                executable: "/usr/bin/prlimit",
                arguments: ["prlimit", "--rttime=\(mark):", "sh", "-c", script],
                environment: ["PATH=/usr/bin:/bin"],
                standard: (null.number, null.number, null.number)
            )
        )
    }

    @Test(
        "what has a mark is killed; what has ended already, and only waits to be noticed, is not looked for again and again",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/prlimit"), "there is no prlimit here")
    )
    func marked() throws {
        let uuid = UUID().uuidString
        let mark = try #require(ProcessMark(uuid: uuid))
        let ready = "\(ScratchDirectory.path)/ready"
        let child = try start(": > '\(ready)'; exec sleep 1000", uuid)
        let pid = child.pid
        try eventually("it runs") { FileManager.default.fileExists(atPath: ready) && mark.isOn(pid) }
        #expect(StrayProcesses.kill(variable: "NACRE_NONE", value: uuid, mark: mark) == 1)
        // Not waited for yet.
        #expect(mark.isOn(pid))
        #expect(StrayProcesses.kill(variable: "NACRE_NONE", value: uuid, mark: mark) == 0)
        let status = try child.wait()
        #expect(status == .signaled(SIGKILL))
    }
}
