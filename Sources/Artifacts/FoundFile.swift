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
