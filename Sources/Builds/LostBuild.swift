// SPDX-License-Identifier: Apache-2.0

internal import Processes
package import WireWords

/// A build whose supervisor has ended without a result, or by a fault.
package enum LostBuild {
    /// Kills what it has left running, known by its environment or by its mark, and removes what its commands handed to each other.
    ///
    /// - Returns: how many processes were killed.
    package static func cleanUp(_ id: BuildID, _ folder: BuildFolder) -> Int {
        let killed = StrayProcesses.kill(
            variable: "CODEBUILD_BUILD_ID",
            value: id.description,
            mark: ProcessMark(uuid: id.uuid)
        )
        ShellState.remove(id, folder)
        if let request = try? BuildReader.request(of: folder), request.id == id {
            TemporaryFolder(of: request)?.remove()
        }
        return killed
    }
}
