// SPDX-License-Identifier: Apache-2.0

internal import Zips

/// A file or link that a pattern matched.
struct FoundFile {
    /// Its path below the base directory.
    let archivePath: String
    let source: ZipInput.Source

    /// Its own name.
    var name: String {
        archivePath.split(separator: "/").last.map(String.init) ?? archivePath
    }
}

/// Everything that was matched, by the path it gets in the archive.
struct CollectedFiles {
    let discardsPaths: Bool
    private var files: [String: FoundFile] = [:]
    private(set) var warnings: [String] = []

    init(discardsPaths: Bool) {
        self.discardsPaths = discardsPaths
    }

    /// Adds a file; of two with one path in the archive the later wins.
    mutating func add(_ file: FoundFile) {
        let path = discardsPaths ? file.name : file.archivePath
        if let before = files.updateValue(file, forKey: path), before.source != file.source {
            warnings.append(
                "Two files become '\(path)' in the artifact: \(file.archivePath) is kept, \(before.archivePath) is not"
            )
        }
    }

    var entries: [ZipInput] {
        files.map { ZipInput(path: $0.key, source: $0.value.source) }
            .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }
}
