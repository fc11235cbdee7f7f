// SPDX-License-Identifier: Apache-2.0

/// What a build must have in its environment to use the version that was chosen.
package struct RuntimeSelection: Sendable, Hashable {
    /// The runtime's name in the buildspec, such as `python`.
    package let name: String
    /// The version that was found, such as `3.11.7`.
    package let version: String
    /// The folders that go to the front of `PATH`, the first one first; none where `PATH` leads there as it is.
    package let folders: [String]
    /// Variables to set, such as `JAVA_HOME`.
    package let variables: [String: String]
    /// What the log tells about it.
    package let logLines: [String]
}
