// SPDX-License-Identifier: Apache-2.0

package import Files

/// The files of an audit log in a folder.
package struct AuditFiles: Sendable, Hashable {
    let folder: String

    package init(in folder: String) {
        self.folder = folder
    }

    /// The file that is written now.
    package var current: String { "\(folder)/audit.log" }
    /// Where the chain stands.
    package var head: String { "\(folder)/audit.head" }

    /// A file that has become full; it is named for its first record.
    func archive(first: Int64) -> String {
        let digits = String(first)
        return
            "\(folder)/audit-\(String(repeating: "0", count: max(0, 12 - digits.count)))\(digits).log"
    }

    /// Those that have become full, oldest first.
    package func archives() throws(FileError) -> [String] {
        let names = try DirectoryListing.names(of: folder).filter {
            $0.hasPrefix("audit-") && $0.hasSuffix(".log")
        }
        return names.sorted().map { "\(folder)/\($0)" }
    }

    /// All that there are, oldest first.
    package func all() throws(FileError) -> [String] {
        try archives() + (Folder.exists(current) ? [current] : [])
    }
}
