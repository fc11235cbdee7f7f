// SPDX-License-Identifier: Apache-2.0

internal import Zips

/// Everything that was matched, by the path it gets in the archive.
struct CollectedFiles {
    let discardsPaths: Bool
    private var files: [(path: String, file: FoundFile)] = []
    private var positions: [PathBytes: Int] = [:]
    private(set) var warnings: [String] = []

    init(discardsPaths: Bool) {
        self.discardsPaths = discardsPaths
    }

    /// Adds a file; of two with one path in the archive the later wins.
    mutating func add(_ file: FoundFile) {
        let path = discardsPaths ? file.name : file.archivePath
        guard let position = positions[PathBytes(path)] else {
            positions[PathBytes(path)] = files.count
            files.append((path, file))
            return
        }
        let before = files[position].file
        if before.source == file.source { return }
        files[position].file = file
        warnings.append(
            "Two files become '\(path)' in the artifact: \(file.archivePath) is kept, \(before.archivePath) is not"
        )
    }

    var entries: [ZipInput] {
        // Mostly in order already: then sorting only looks.
        files.sorted { ZipPath.precedes($0.path, $1.path) }
            .map { ZipInput(path: $0.path, source: $0.file.source) }
    }
}
