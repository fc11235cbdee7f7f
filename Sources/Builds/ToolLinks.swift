// SPDX-License-Identifier: Apache-2.0

internal import BuildTools
internal import DebugShells
internal import Files

/// Puts the `codebuild-*` commands within a build's reach.
enum ToolLinks {
    /// Makes a folder with a link for each command.
    ///
    /// * `directory`: where the folder goes.
    /// * `path`: the build's `PATH`; the folder comes last, so that it hides nothing.
    ///
    /// - Returns: the `PATH` that reaches them.
    static func make(in directory: String, path: String?) throws(FileError) -> String {
        let folder = "\(directory)/bin"
        try Folder.make(folder)
        try BuildTool.installLinks(into: folder, others: DebugTool.allCases.map(\.rawValue))
        return "\(path ?? "/usr/local/bin:/usr/bin:/bin"):\(folder)"
    }
}
