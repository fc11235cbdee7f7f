// SPDX-License-Identifier: Apache-2.0

import BuildTools
import Builds
import DebugShells
import Files
import Glibc
import Processes
import Sandboxes

/// `nacre-supervisor FOLDER`: runs the one build of a folder.
///
/// Started by `BuildLauncher`, with the folder's lock as descriptor 3 and the gate as descriptor 0; not for people. A build
/// that asks for a sandbox, an image or docker is run by the same program, started once more inside as
/// `nacre-supervisor --inside FOLDER`, with a gate of its own and without the lock.
@main
struct NacreSupervisor {
    static func main() {
        let arguments = CommandLine.arguments
        let own = Array(arguments.dropFirst())
        if let name = arguments.first, let code = BuildTool.run(named: name, own) ?? DebugTool.run(named: name, own) {
            exit(code)
        }
        let isInside = arguments.count == 3 && arguments[1] == "--inside"
        guard isInside || arguments.count == 2, let path = arguments.last, path.hasPrefix("/"),
            isInside || fcntl(3, F_GETFD) >= 0
        else {
            fail("nacre-supervisor is started by nacre; use `nacre build`", code: 2)
        }
        // The values of secrets come here, and go from here to the commands.
        CoreDumps.forbid()
        let folder = BuildFolder(path: path)
        // Before the gate, so that a wish to stop waits until it can be heard.
        guard let signals = try? CommandSignals() else { fail("signals cannot be received", code: 4) }
        guard let secrets = BuildGate.wait() else { exit(4) }
        do throws(BuildError) {
            if isInside { return try InnerSupervisor.run(in: folder, with: secrets, hearing: signals) }
            _ = fcntl(3, F_SETFD, FD_CLOEXEC)
            let request = try Supervisor.take(folder, holding: FileLock(inherited: 3))
            if OuterSupervisor.isNeeded(for: request) {
                let own = Paths.real("/proc/self/exe") ?? "/proc/self/exe"
                try OuterSupervisor.run(request, in: folder, executable: own, with: secrets, hearing: signals)
            } else {
                try Supervisor.run(request, in: folder, with: secrets, hearing: signals)
            }
        } catch {
            fail("\(error)", code: 4)
        }
    }

    private static func fail(_ message: String, code: Int32) -> Never {
        let line = Array("nacre-supervisor: \(message)\n".utf8)
        _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
        exit(code)
    }
}
