// SPDX-License-Identifier: Apache-2.0

package import Git

/// A ref that points elsewhere than it did.
package struct RefChange: Sendable, Hashable {
    /// The full name, such as `refs/heads/main`.
    package let ref: String
    /// What it pointed to; zero where the ref is new.
    package let old: ObjectID
    /// What it points to; zero where the ref is gone.
    package let new: ObjectID

    package init(ref: String, old: ObjectID, new: ObjectID) {
        self.ref = ref
        self.old = old
        self.new = new
    }
}
