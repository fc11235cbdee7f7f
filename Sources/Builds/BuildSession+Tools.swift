// SPDX-License-Identifier: Apache-2.0

internal import BuildTools
internal import DebugShells
internal import Files

/// The commands that CodeBuild puts at a build's disposal.
extension BuildSession {
    /// Puts `codebuild-…` at the end of the build's `PATH`: links to this very program.
    func installTools() throws(FileError) {
        let folder = "\(state.directory)/bin"
        try Folder.make(folder, mode: 0o755)
        try BuildTool.installLinks(into: folder, others: DebugTool.allCases.map { $0.rawValue })
        let path = environment["PATH"] ?? ""
        environment["PATH"] = path.isEmpty ? folder : "\(path):\(folder)"
    }
}
