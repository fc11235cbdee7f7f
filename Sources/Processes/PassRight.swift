// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc

/// The right of one user to pass through a folder, given by the folder's access list (acl(5)) and not by its mode, so that
/// nobody else gets it.
enum PassRight {
    private enum Tag: UInt16 {
        case owner = 1
        case user = 2
        case owningGroup = 4
        case mask = 16
        case other = 32
    }

    private struct Entry {
        var tag: UInt16
        var permissions: UInt16
        var id: UInt32
    }

    /// The only version of the kernel's form that there is.
    private static let version: [UInt8] = [2, 0, 0, 0]
    private static let none = UInt32.max
    private static let execute: UInt16 = 1

    /// Lets the user pass.
    /// - Throws: `EOPNOTSUPP` where the file system has no access lists, `EPERM` where the folder is another user's.
    static func grant(_ user: UInt32, on folder: String) throws(FileError) {
        var entries = try current(folder)
        if let index = entries.firstIndex(where: { $0.tag == Tag.user.rawValue && $0.id == user }) {
            entries[index].permissions |= execute
        } else {
            entries.append(Entry(tag: Tag.user.rawValue, permissions: execute, id: user))
        }
        if let index = entries.firstIndex(where: { $0.tag == Tag.mask.rawValue }) {
            entries[index].permissions |= execute
        } else {
            let group = entries.first { $0.tag == Tag.owningGroup.rawValue }?.permissions ?? 0
            entries.append(Entry(tag: Tag.mask.rawValue, permissions: group | execute, id: none))
        }
        entries.sort { ($0.tag, $0.id) < ($1.tag, $1.id) }
        var bytes = version
        for entry in entries {
            for value in [entry.tag, entry.permissions] { bytes += [UInt8(value & 0xff), UInt8(value >> 8)] }
            for shift in [0, 8, 16, 24] { bytes.append(UInt8(entry.id >> UInt32(shift) & 0xff)) }
        }
        let code = unsafe bytes.withUnsafeBytes { unsafe nacre_set_access_list(folder, $0.baseAddress, $0.count) }
        try FileError.checkCode("setxattr", folder, code)
    }

    private static func current(_ folder: String) throws(FileError) -> [Entry] {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let length = unsafe bytes.withUnsafeMutableBytes { unsafe nacre_access_list(folder, $0.baseAddress, $0.count) }
        if length == -Int(ENODATA) { return try ofMode(folder) }
        if length < 0 { throw FileError(code: Int32(-length), function: "getxattr", path: folder) }
        guard length >= 4, Array(bytes[..<4]) == version else {
            throw FileError(code: EINVAL, function: "getxattr", path: folder)
        }
        return stride(from: 4, to: length - 7, by: 8).map { start in
            let number = { (offset: Int, count: Int) in
                (0..<count).reduce(UInt32(0)) { $0 | UInt32(bytes[start + offset + $1]) << UInt32(8 * $1) }
            }
            return Entry(tag: UInt16(number(0, 2)), permissions: UInt16(number(2, 2)), id: number(4, 4))
        }
    }

    /// What the mode alone says.
    private static func ofMode(_ folder: String) throws(FileError) -> [Entry] {
        var status = stat()
        try FileError.check("stat", folder) { unsafe stat(folder, &status) }
        return [(Tag.owner, 6), (.owningGroup, 3), (.other, 0)].map { tag, shift in
            Entry(tag: tag.rawValue, permissions: UInt16(status.st_mode >> UInt32(shift) & 7), id: none)
        }
    }
}
