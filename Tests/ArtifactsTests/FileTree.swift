// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// Files made for one test below its scratch folder.
enum FileTree {
    /// The source root of the test.
    static var root: String { ScratchDirectory.path + "/src" }

    /// Makes a source tree: `name` a file that holds its own path, `name/` a folder, `name -> target` a link.
    static func make(_ entries: [String], in root: String = FileTree.root) throws {
        let manager = FileManager.default
        try manager.createDirectory(atPath: root, withIntermediateDirectories: true)
        for entry in entries {
            let parts = entry.components(separatedBy: " -> ")
            let path = "\(root)/\(parts[0])"
            try manager.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true
            )
            if parts.count == 2 {
                try manager.createSymbolicLink(atPath: path, withDestinationPath: parts[1])
            } else if entry.hasSuffix("/") {
                try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
            } else {
                try Data(entry.utf8).write(to: URL(filePath: path))
            }
        }
    }
}
