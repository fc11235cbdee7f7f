// SPDX-License-Identifier: Apache-2.0

/// A ref and the object that it points to.
///
/// Names are compared byte by byte in the journal, as git does; Swift's own `==` on texts also equates different
/// encodings of the same letter.
package struct RefValue: Sendable, Hashable {
    /// The full name, such as `refs/heads/main`.
    package let ref: String
    /// The object id in lower-case hexadecimal; never all zeros: a ref that is not there has no value.
    package let oid: String

    package init(ref: String, oid: String) {
        self.ref = ref
        self.oid = oid
    }
}
