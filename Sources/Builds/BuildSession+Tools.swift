// SPDX-License-Identifier: Apache-2.0

internal import BuildTools
internal import DebugShells
internal import Files

/// The commands that CodeBuild puts at a build's disposal.
extension BuildSession {
    /// Puts `codebuild-…` at the end of the build's `PATH`, so that they hide nothing: links to this very program.
    func installTools() throws(FileError) {
        let folder = "\(state.directory)/bin"
        try Folder.make(folder, mode: 0o755)
        try BuildTool.installLinks(into: folder, others: DebugTool.allCases.map(\.rawValue))
        environment["PATH"] = "\(environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"):\(folder)"
    }
}
