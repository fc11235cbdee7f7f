// SPDX-License-Identifier: Apache-2.0

/// One user of a machine or an image.
package struct UserAccount: Sendable, Hashable {
    /// The login name.
    package let name: String
    /// The user's and the main group's number.
    package let uid: UInt32, gid: UInt32
    /// The groups that list the user as a member, and the main group, without repetition.
    package let groups: [UInt32]
    /// The home folder.
    ///
    /// `/` where the file names none, as login(1) does.
    package let home: String
    /// The login shell.
    ///
    /// `/bin/sh` where the file names none, per passwd(5).
    package let shell: String

    package init(name: String, uid: UInt32, gid: UInt32, groups: [UInt32], home: String, shell: String) {
        self.name = name
        self.uid = uid
        self.gid = gid
        self.groups = groups
        self.home = home
        self.shell = shell
    }

    /// Who a process of this user is.
    package var credentials: Credentials { Credentials(user: uid, group: gid, groups: groups) }
}
