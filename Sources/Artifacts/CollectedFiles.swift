// SPDX-License-Identifier: Apache-2.0

internal import Zips

/// Everything that was matched, by the path it gets in the archive.
struct CollectedFiles {
    let discardsPaths: Bool
    private var files: [(path: String, file: FoundFile)] = []

    init(discardsPaths: Bool) {
        self.discardsPaths = discardsPaths
    }

    mutating func add(_ found: [FoundFile]) {
        files += found.lazy.map { [discardsPaths] file in (discardsPaths ? file.name : file.archivePath, file) }
    }

    /// What goes into the archive, ascending by path, and what there is to say; of two files with one path the one that
    /// was added later wins.
    func entries() -> (entries: [ZipInput], warnings: [String]) {
        var entries: [ZipInput] = []
        var warnings: [String] = []
        entries.reserveCapacity(files.count)
        var previous: FoundFile?
        // Mostly in order already: then sorting only looks.
        for (path, file) in files.sorted(by: { ZipPath.precedes($0.path, $1.path) }) {
            if let before = previous, let last = entries.last, ZipPath.isSame(last.path, path) {
                if before.source == file.source { continue }
                entries.removeLast()
                warnings.append(
                    "Two files become '\(path)' in the artifact: \(file.archivePath) is kept, \(before.archivePath) is not"
                )
            }
            entries.append(ZipInput(path: path, source: file.source))
            previous = file
        }
        return (entries, warnings)
    }
}
