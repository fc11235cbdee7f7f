// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Files
internal import Globs
internal import Zips

/// Finds files by patterns, as `artifacts.files` does.
enum FileSearch {
    /// A file that a pattern matched.
    struct Match: Hashable, Sendable {
        /// Relative to the folder that was searched; absolute where the pattern was and leads elsewhere.
        let name: String
        /// Where to read it.
        let path: String
    }

    /// Finds the files that any of the patterns matches.
    /// - Parameters:
    ///   - patterns: relative to `directory`, or absolute.
    ///   - directory: an absolute path.
    /// - Returns: each once, sorted by the bytes of the names.
    /// - Throws: `ToolFailure` for a pattern or a folder that cannot be read.
    static func find(_ patterns: [String], in directory: String) throws(ToolFailure) -> [Match] {
        guard let root = Paths.real(directory) else { throw ToolFailure("\(directory) is no folder") }
        var found: [String: Match] = [:]
        for pattern in patterns {
            do throws(GlobError) { _ = try Glob(pattern) } catch { throw ToolFailure("\(error)") }
            let selection = ArtifactSelection(ArtifactRules(files: [pattern]), root: root)
            switch selection.entries {
            case .success(let entries):
                for entry in entries {
                    guard case .file(let folder, let path) = entry.source else { continue }
                    let place = folder == "/" ? "/\(path)" : "\(folder)/\(path)"
                    let name = folder == root ? entry.path : place
                    found[name] = Match(name: name, path: place)
                }
            case .failure(let error) where error.code == .noMatchingFiles: continue
            case .failure(let error): throw ToolFailure("\(error)")
            }
        }
        return found.values.sorted { ZipPath.precedes($0.name, $1.name) }
    }
}
