// SPDX-License-Identifier: Apache-2.0

/// A commit's content, copied out of the repository.
///
/// All texts are what the committer wrote: bytes that are not UTF-8 are replaced, control characters are not.
package struct GitCommit: Sendable, Hashable {
    /// A person and a moment, as recorded in a commit.
    package struct Signature: Sendable, Hashable {
        package let name: String
        package let email: String
        /// Seconds since 1970 in UTC; may be negative or absurd.
        package let time: Int64
        /// The zone that the clock showed, minutes east of UTC.
        package let offsetMinutes: Int32
    }

    package let id: ObjectID
    /// The tree with its files.
    package let tree: ObjectID
    /// None for a first commit, several for a merge.
    package let parents: [ObjectID]
    package let author: Signature
    package let committer: Signature
    /// The first paragraph of the message on one line.
    package let summary: String
    /// The whole message, leading newlines left out.
    package let message: String

    /// When it was committed: seconds since 1970 in UTC.
    package var time: Int64 { committer.time }
}
