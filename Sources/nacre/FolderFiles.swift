// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Files
import Glibc

/// The files of a folder, at any depth, in the order of their names.
///
/// Links to files count as files, wherever they lead: the person who names the folder may read it all anyway.
struct FolderFiles {
    /// Relative to the folder.
    private(set) var paths: [String] = []
    /// Links to folders, pipes, devices.
    private(set) var skipped: [String] = []
    private let root: String

    init(_ root: String) throws {
        self.root = root
        try visit("")
    }

    private mutating func visit(_ path: String) throws {
        let folder = path.isEmpty ? root : "\(root)/\(path)"
        let entries = try Directory(folder).entries().sorted { $0.name.lexicographicallyPrecedes($1.name) }
        for entry in entries {
            guard let name = String(validating: entry.name, as: UTF8.self) else {
                let text = String(decoding: entry.name, as: UTF8.self)
                throw VerbError(.usage, "a name in \(folder) is not UTF-8, which a key must be: rename \(text)")
            }
            let inner = path.isEmpty ? name : "\(path)/\(name)"
            switch entry.kind {
            case .directory: try visit(inner)
            case .file: paths.append(inner)
            default:
                var status = stat()
                let isFile = unsafe stat("\(root)/\(inner)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG
                if isFile { paths.append(inner) } else { skipped.append(inner) }
            }
        }
    }
}
