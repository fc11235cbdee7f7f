// SPDX-License-Identifier: Apache-2.0

package import Files
internal import Glibc

/// The users that a machine's or an image's own files name (passwd(5), group(5)).
///
/// The files are read directly: the C library's look-up loads plug-ins, which a static program cannot. Users that only a
/// directory service knows are therefore not found.
package struct UserDatabase: Sendable {
    private let users: String
    private let groups: String

    /// * `root`: a folder that stands before `/etc`; empty for the machine itself.
    package init(root: String = "") {
        users = "\(root)/etc/passwd"
        groups = "\(root)/etc/group"
    }

    /// The user of a name or, where no user has that name, of a number.
    /// - Returns: nil where there is none.
    /// - Throws: `FileError` when the user file is there but cannot be read.
    package func account(_ name: String) throws(FileError) -> UserAccount? {
        let entries = try lines(of: users)
        let entry =
            entries.first { $0.first.map { name == $0 } ?? false }
            ?? UInt32(name).flatMap { number in entries.first { $0.count > 2 && UInt32($0[2]) == number } }
        guard let entry, entry.count > 3, !entry[0].isEmpty, let uid = UInt32(entry[2]), let gid = UInt32(entry[3])
        else { return nil }
        let field = { (index: Int) in entry.count > index ? String(entry[index]) : "" }
        return UserAccount(
            name: String(entry[0]),
            uid: uid,
            gid: gid,
            groups: try memberships(of: entry[0], gid),
            home: field(5).isEmpty ? "/" : field(5),
            shell: field(6).isEmpty ? "/bin/sh" : field(6)
        )
    }

    /// The number of a group's name or, where no group has that name, the number that it is.
    /// - Returns: nil where there is none.
    /// - Throws: `FileError` when the group file is there but cannot be read.
    package func group(_ name: String) throws(FileError) -> UInt32? {
        let entries = try lines(of: groups)
        let entry =
            entries.first { $0.first.map { name == $0 } ?? false }
            ?? UInt32(name).flatMap { number in entries.first { $0.count > 2 && UInt32($0[2]) == number } }
        return entry.flatMap { $0.count > 2 ? UInt32($0[2]) : nil }
    }

    private func memberships(of name: Substring, _ gid: UInt32) throws(FileError) -> [UInt32] {
        var result = [gid]
        for entry in try lines(of: groups) where entry.count > 3 {
            guard let number = UInt32(entry[2]), !result.contains(number) else { continue }
            if entry[3].split(separator: ",").contains(name) { result.append(number) }
        }
        return result
    }

    /// The fields of each line; none for a missing file, as in an image without users.
    private func lines(of path: String) throws(FileError) -> [[Substring]] {
        do throws(FileError) {
            let text = String(decoding: try AtomicFile.read(path, limit: 64 << 20), as: UTF8.self)
            return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
                $0.split(separator: ":", omittingEmptySubsequences: false)
            }
        } catch {
            if error.code == ENOENT { return [] }
            throw error
        }
    }
}
