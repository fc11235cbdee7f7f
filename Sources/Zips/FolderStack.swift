// SPDX-License-Identifier: Apache-2.0

internal import Files

/// Opens, and makes where missing, the folders of paths beneath a root, keeping those of the last path open.
final class FolderStack {
    /// One open folder; a class, for folders cannot be kept in an array.
    private final class Level {
        let name: [UInt8]
        let folder: Directory
        init(_ name: [UInt8], _ folder: consuming Directory) {
            self.name = name
            self.folder = folder
        }
    }

    private var levels: [Level] = []

    /// Gives the folder that holds a path, and the path's last name, to `body`.
    func withFolder<Value>(
        of path: String,
        in root: String,
        _ body: (borrowing Directory, [UInt8]) throws(FileError) -> Value
    ) throws(FileError) -> Value {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        try enter(root, slash.map { path.utf8[..<$0] } ?? path.utf8.prefix(0))
        let name = Array(slash.map { path.utf8[path.utf8.index(after: $0)...] } ?? path.utf8[...])
        return try body(levels[levels.count - 1].folder, name)
    }

    /// Makes and opens the folder at a path.
    func enter(_ root: String, _ path: Substring.UTF8View) throws(FileError) {
        if levels.isEmpty { levels.append(Level([], try Directory(root))) }
        var depth = 0
        for name in path.split(separator: UInt8(ascii: "/")) {
            depth += 1
            if depth < levels.count {
                if levels[depth].name.elementsEqual(name) { continue }
                levels.removeSubrange(depth...)
            }
            let name = Array(name)
            levels.append(Level(name, try levels[depth - 1].folder.makeDirectory(name)))
        }
        levels.removeSubrange((depth + 1)...)
    }
}
