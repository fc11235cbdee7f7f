// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Globs
internal import Zips

/// A folder that an artifact's patterns start from.
struct BaseDirectory: Hashable {
    /// How the log names it.
    let name: String
    /// Where it lies, without symbolic links.
    let realPath: String
    /// The folder, without symbolic links, that nothing may lead out of.
    let boundary: String

    /// Finds the folders that a `base-directory` names: a path or a pattern relative to the root, or an absolute path.
    ///
    /// Absolute paths are allowed for the sake of `$CODEBUILD_SRC_DIR_id`: other sources lie outside the root.
    /// - Parameters:
    ///   - text: as written, variables expanded.
    ///   - root: the source's root, without symbolic links.
    /// - Returns: the folders by name, and what the author should know.
    /// - Throws: `ArtifactError` for a folder that cannot be read.
    static func expand(
        _ text: String,
        root: String
    ) throws(ArtifactError) -> (bases: [BaseDirectory], warnings: [String]) {
        var pattern = text
        if text.hasPrefix("/") {
            guard let inside = RealPath.relative(text, to: root) else { return (absolute(text), []) }
            pattern = inside
        }
        let names = Paths.names(pattern).filter { $0 != "." }
        if names.isEmpty { return ([BaseDirectory(name: ".", realPath: root, boundary: root)], []) }
        if names.contains("..") {
            return ([], ["base-directory '\(text)' leads out of the source directory by '..'"])
        }
        let glob: Glob
        do throws(GlobError) { glob = try Glob(pattern) } catch { return ([], ["base-directory: \(error)"]) }
        var search = Search(root: root)
        do throws(FileError) {
            try search.visit(Directory(root), "", glob.start, glob)
        } catch {
            throw ArtifactError(error)
        }
        let bases = search.found.sorted { ZipPath.precedes($0.name, $1.name) }
        return (bases, search.warnings)
    }

    private static func absolute(_ text: String) -> [BaseDirectory] {
        guard let real = RealPath.resolve(text), isDirectory(real) else { return [] }
        return [BaseDirectory(name: text, realPath: real, boundary: real)]
    }

    static func isDirectory(_ path: String) -> Bool {
        do throws(FileError) {
            _ = try Directory(path)
            return true
        } catch {
            return false
        }
    }

    /// Looks for folders that match a pattern.
    private struct Search {
        let root: String
        var found: [BaseDirectory] = []
        var warnings: [String] = []

        init(root: String) {
            self.root = root
        }

        mutating func visit(
            _ folder: borrowing Directory,
            _ path: String,
            _ state: Glob.State,
            _ glob: Glob
        ) throws(FileError) {
            for entry in try folder.entries() where entry.kind == .directory || entry.kind == .symbolicLink {
                guard let name = String(validating: entry.name, as: UTF8.self) else { continue }
                let next = glob.next(state, entry.name)
                if next.isEmpty { continue }
                let childPath = RealPath.join(path, name)
                if entry.kind == .directory {
                    if glob.isMatch(next) { add(childPath, RealPath.join(root, childPath)) }
                    guard glob.mayMatchBelow(next) else { continue }
                    try visit(folder.directory(entry.name), childPath, next, glob)
                } else {
                    let through = glob.nextThroughLink(state, entry.name)
                    guard !through.isEmpty, let real = RealPath.resolve(RealPath.join(root, childPath)) else {
                        continue
                    }
                    guard let inside = RealPath.relative(real, to: root) else {
                        warnings.append("Skipping symbolic link \(childPath): it leads out of the source directory")
                        continue
                    }
                    guard BaseDirectory.isDirectory(real) else { continue }
                    if glob.isMatch(through) { add(childPath, real) }
                    guard glob.mayMatchBelow(through) else { continue }
                    try visit(Directory(root).directory(beneath: RealPath.names(inside)), childPath, through, glob)
                }
            }
        }

        private mutating func add(_ path: String, _ real: String) {
            found.append(BaseDirectory(name: path, realPath: real, boundary: root))
        }
    }
}
