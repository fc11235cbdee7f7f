// SPDX-License-Identifier: Apache-2.0

/// Who a process is to the kernel.
package struct Credentials: Sendable, Hashable {
    /// The user's number (real, effective and saved).
    package let user: UInt32
    /// The number of the main group (real, effective and saved).
    package let group: UInt32
    /// The supplementary groups, all of them.
    package let groups: [UInt32]

    package init(user: UInt32, group: UInt32, groups: [UInt32]) {
        self.user = user
        self.group = group
        self.groups = groups
    }
}
