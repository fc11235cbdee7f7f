// SPDX-License-Identifier: Apache-2.0

import BuildTools
import Builds
import Files
import Glibc

/// `nacre-supervisor FOLDER`: runs the one build of a folder.
///
/// Started by `BuildLauncher`, with the folder's lock as descriptor 3 and the gate as descriptor 0; not for people.
@main
struct NacreSupervisor {
    static func main() {
        let arguments = CommandLine.arguments
        if let code = BuildTool.run(named: arguments[0], Array(arguments.dropFirst())) { exit(code) }
        guard arguments.count == 2, arguments[1].hasPrefix("/"), fcntl(3, F_GETFD) >= 0 else {
            fail("nacre-supervisor is started by nacre; use `nacre build`", code: 2)
        }
        // Before the gate, so that a wish to stop waits until it can be heard.
        guard let signals = try? CommandSignals() else { fail("signals cannot be received", code: 4) }
        guard let secrets = BuildGate.wait() else { exit(4) }
        let lock = FileLock(inherited: 3)
        _ = fcntl(3, F_SETFD, FD_CLOEXEC)
        do throws(BuildError) {
            _ = try Supervisor.run(BuildFolder(path: arguments[1]), with: secrets, holding: lock, hearing: signals)
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
