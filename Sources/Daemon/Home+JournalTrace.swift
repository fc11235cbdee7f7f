// SPDX-License-Identifier: Apache-2.0

package import Control
internal import Files

extension Home {
    /// Something that is in a home only because of its journal; nil in a home that never had one.
    ///
    /// Buckets and environments can be there before a daemon is; bytes of buckets' objects are among the artifacts.
    package var journalTrace: String? {
        func first(in folder: String, where isTrace: (String) -> Bool) -> String? {
            let names = (try? DirectoryListing.names(of: folder)) ?? []
            return names.first(where: isTrace).map { "\(folder)/\($0)" }
        }
        // The copy from before an upgrade; a restore that did not come to its end.
        return first(in: path) { $0.hasPrefix("nacre.db.before-") || $0.hasPrefix(".restoring-") }
            ?? first(in: builds) { $0.utf8.count == 36 }
            ?? (Folder.exists(buckets) ? nil : first(in: artifacts) { $0.utf8.count == 2 })
    }
}
