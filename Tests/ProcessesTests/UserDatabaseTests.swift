// SPDX-License-Identifier: Apache-2.0

import Files
import Processes
import TestSupport
import Testing

@Suite("Users", .scratchDirectory)
struct UserDatabaseTests {
    private func database(users: String, groups: String = "") throws -> UserDatabase {
        try Folder.make("\(ScratchDirectory.path)/etc")
        try AtomicFile.write(Array(users.utf8), to: "\(ScratchDirectory.path)/etc/passwd")
        try AtomicFile.write(Array(groups.utf8), to: "\(ScratchDirectory.path)/etc/group")
        return UserDatabase(root: ScratchDirectory.path)
    }

    @Test("a user has numbers, groups, home and shell of the files")
    func account() throws {
        let database = try database(
            users: "root:x:0:0:root:/root:/bin/bash\nann:x:1001:1001:Ann,,:/home/ann:/bin/zsh\n",
            groups: "root:x:0:\nann:x:1001:ann\nbuild:x:50:bob,ann\nother:x:51:annie\n"
        )
        #expect(
            try database.account("ann")
                == UserAccount(
                    name: "ann",
                    uid: 1001,
                    gid: 1001,
                    groups: [1001, 50],
                    home: "/home/ann",
                    shell: "/bin/zsh"
                )
        )
    }

    @Test("empty fields mean `/` and `/bin/sh`, and short lines do no harm")
    func emptyFields() throws {
        let database = try database(users: "# comment\n\nbroken\n:x:4:4:::\nann:x:7:8:::\nbob:x:9:9\nmad:x:y:z:::\n")
        let ann = try #require(try database.account("ann"))
        #expect(ann.home == "/" && ann.shell == "/bin/sh" && ann.groups == [8])
        #expect(try database.account("bob")?.home == "/")
        #expect(try database.account("mad") == nil)
        #expect(try database.account("") == nil)
    }

    @Test("a number finds the user that has it, where no user has it for a name")
    func number() throws {
        let database = try database(users: "ann:x:7:8:::\n8:x:9:9:::\nbob:x:8:8:::\n")
        #expect(try database.account("7")?.name == "ann")
        #expect(try database.account("8")?.uid == 9)
    }

    @Test("an unknown user and a machine without the files have none")
    func missing() throws {
        #expect(try database(users: "ann:x:7:8:::\n").account("bob") == nil)
        #expect(try UserDatabase(root: "/nowhere").account("ann") == nil)
    }
}
