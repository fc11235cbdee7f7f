// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import DebugShells
internal import Processes

/// A local build that is held, seen from the terminal in which it was started.
struct HeldBuild {
    let folder: BuildFolder
    let tell: (String) -> Void

    /// Opens a shell in it and, when the person leaves that, lets it go on.
    /// - Returns: false when the build is to end, as this process was told to.
    func visit() -> Bool {
        do {
            let client = try DebugShellClient(folder.debugSocket, tell: tell)
            let terminal = ProcessEnvironment.current()["TERM"] ?? "dumb"
            switch try client.runShell(kind: terminal) {
            case .interrupted: return false
            case .resumed: return true
            case .ended: break
            }
        } catch {
            // It has gone on, or ended, meanwhile; or there is no shell to be had, and nobody else waits for one.
            tell("\(error)")
        }
        _ = try? DebugShellClient(folder.debugSocket, tell: { _ in }).ask(DebugHello(.resume))
        return true
    }
}
