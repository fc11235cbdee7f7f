// SPDX-License-Identifier: Apache-2.0

/// Which names out of a tree object may be written to a disk.
///
/// `git fsck` and the server's `receive.fsckObjects` refuse the others, too, but that is off by default, so a push can
/// bring them. The rules are those of git's `verify_path` with `core.protectNTFS` and `core.protectHFS` on, because the
/// target may be a file system of any kind, and no honest repository has such names.
enum TreeEntryName {
    /// Whether a name is one plain part of a path, and not git's own directory by any of its aliases.
    static func isSafe(_ name: borrowing Span<UInt8>) -> Bool {
        guard !name.isEmpty else { return false }
        for index in name.indices where name[index] == UInt8(ascii: "/") { return false }
        switch name[0] {
        case UInt8(ascii: "."), UInt8(ascii: "g"), UInt8(ascii: "G"), 0xE2, 0xEF:
            return !isDotsOnly(name) && !isGitDirectory(folded(name))
        default:
            return true
        }
    }

    private static func isDotsOnly(_ name: borrowing Span<UInt8>) -> Bool {
        guard name.count <= 2 else { return false }
        for index in name.indices where name[index] != UInt8(ascii: ".") { return false }
        return true
    }

    /// `.git` and `git~1`, also with what NTFS drops at the end: dots, spaces, and a stream's name after a colon.
    private static func isGitDirectory(_ name: [UInt8]) -> Bool {
        var stem = name.prefix { $0 != UInt8(ascii: ":") }
        while let last = stem.last, last == UInt8(ascii: ".") || last == UInt8(ascii: " ") { stem.removeLast() }
        return stem.elementsEqual(".git".utf8) || stem.elementsEqual("git~1".utf8)
    }

    /// ASCII letters in lower case, and without the code points that HFS+ ignores (git's `next_hfs_char`):
    /// U+200C–U+200F, U+202A–U+202E, U+206A–U+206F and U+FEFF.
    private static func folded(_ name: borrowing Span<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < name.count {
            if index + 2 < name.count {
                switch (name[index], name[index + 1], name[index + 2]) {
                case (0xE2, 0x80, 0x8C...0x8F), (0xE2, 0x80, 0xAA...0xAE), (0xE2, 0x81, 0xAA...0xAF),
                    (0xEF, 0xBB, 0xBF):
                    index += 3
                    continue
                default: break
                }
            }
            let byte = name[index]
            result.append((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte)
            index += 1
        }
        return result
    }
}
