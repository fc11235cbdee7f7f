// SPDX-License-Identifier: Apache-2.0

/// The news that a ref has moved, from one of those who may notice it.
package struct ChangeNotice: Sendable, Hashable {
    package var repository: RepositoryID
    /// The full name of the ref.
    package var ref: String
    /// Where it pointed before; all zeros when it did not exist.
    ///
    /// For a hook as git told it; for a scan the journal's
    /// last-seen value that the scan compared with, so that a scan which was overtaken is recognised.
    package var old: String
    /// Where it points now; all zeros when it was deleted.
    package var new: String
    /// Who noticed it.
    package var origin: ChangeOrigin
    /// Whether the ref was read and found to point to `new` after the notice came.
    ///
    /// Only then is a hook's notice
    /// compared with the last-seen value. Of no meaning for a scan.
    package var isCurrent: Bool
    /// Who pushed, as the system tells it; nil when it is not known, as for a scan.
    package var pusher: String?
    /// The push options, in order.
    package var options: [String]

    package init(
        repository: RepositoryID,
        ref: String,
        old: String,
        new: String,
        origin: ChangeOrigin,
        isCurrent: Bool = true,
        pusher: String? = nil,
        options: [String] = []
    ) {
        self.repository = repository
        self.ref = ref
        self.old = old
        self.new = new
        self.origin = origin
        self.isCurrent = isCurrent
        self.pusher = pusher
        self.options = options
    }
}
