// SPDX-License-Identifier: Apache-2.0

/// That retention has removed, or is removing, the files of a build or an execution.
package struct FilesRemoval: Sendable, Hashable {
    /// Milliseconds since 1970.
    package let at: Int64
    /// The rule that took them: a word that the journal does not read.
    package let reason: String
}
