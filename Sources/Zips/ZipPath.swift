// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The rules for names in archives, the same for writing and reading.
package enum ZipPath {
    /// Folders within folders: whoever unpacks has each of them open, and looks at each of a name's beginnings.
    private static let limitFolders = 256

    /// Why a name must not be unpacked; nil when it may.
    ///
    /// A name is relative and in normal form. A backslash is an ordinary character on Linux, but no name may be able to
    /// leave the folder where it is taken for a separator.
    static func problem(_ path: String) -> String? {
        let bytes = Array(path.utf8)
        if bytes.isEmpty { return "an entry without a name" }
        if bytes.count > 4_095 { return "the name is longer than 4,095 bytes" }
        if bytes.contains(0) { return "the name holds a NUL" }
        if bytes[0] == UInt8(ascii: "/") { return "the path is absolute" }
        if bytes.contains(UInt8(ascii: "\\")) {
            if bytes[0] == UInt8(ascii: "\\") { return "the path is absolute where '\\' parts names" }
            if bytes.count > 1, bytes[1] == UInt8(ascii: ":") { return "the path begins with a drive" }
            let names = bytes.split(omittingEmptySubsequences: false) {
                $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\")
            }
            if names.contains(Array("..".utf8)[...]) { return "the path leaves its folder where '\\' parts names" }
        }
        var folders = 0
        var start = 0
        while start <= bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.count
            if let problem = problem(name: bytes[start..<end]) { return problem }
            if end < bytes.count { folders += 1 }
            start = end + 1
        }
        return folders > limitFolders ? "the path has more than \(limitFolders) folders" : nil
    }

    private static func problem(name: ArraySlice<UInt8>) -> String? {
        if name.isEmpty { return "the path has an empty name" }
        if name.count > 255 { return "a name in the path is longer than 255 bytes" }
        guard name.count <= 2, name.allSatisfy({ $0 == UInt8(ascii: ".") }) else { return nil }
        return name.count == 1 ? "the path has a name '.'" : "the path leaves its folder by '..'"
    }

    /// Where the last name of a path begins, counted in bytes.
    static func nameStart(_ path: String) -> Int {
        let bytes = path.utf8.span
        var start = bytes.count
        while start > 0, bytes[start - 1] != UInt8(ascii: "/") { start -= 1 }
        return start
    }

    /// Why a link must not be made; nil when it may.
    ///
    /// The target may climb only at its start and not above the archive's root. With that, no chain of such links leaves
    /// the folder either: what is climbed are real folders, for nothing is ever unpacked through a link. `path` is the
    /// link's own, good name.
    static func problem(linkTarget target: String, at path: String) -> String? {
        if target.isEmpty { return "the link leads nowhere" }
        if target.utf8.contains(0) { return "where the link leads holds a NUL" }
        if target.utf8.count > 4_095 { return "where the link leads is longer than 4,095 bytes" }
        if target.utf8.first == UInt8(ascii: "/") { return "the link leads to an absolute path, '\(target)'" }
        var allowed = path.utf8.count { $0 == UInt8(ascii: "/") }
        var isClimbing = true
        for name in target.utf8.split(separator: UInt8(ascii: "/")) where !name.elementsEqual(".".utf8) {
            if name.elementsEqual("..".utf8) {
                allowed -= 1
                if !isClimbing || allowed < 0 { return "the link leads outside, to '\(target)'" }
            } else {
                isClimbing = false
            }
        }
        return nil
    }

    /// Whether a symbolic link named `path` in an archive may lead to `target`: it stays inside wherever it is unpacked.
    package static func isSafeLink(target: String, at path: String) -> Bool {
        problem(linkTarget: target, at: path) == nil
    }

    /// Whether the bytes of one path come before those of another: the order of entries in an archive.
    package static func precedes(_ left: String, _ right: String) -> Bool {
        order(left.utf8, right.utf8) < 0
    }

    /// Whether two paths are the same to the file system: byte for byte.
    package static func isSame(_ left: String, _ right: String) -> Bool {
        isSame(left.utf8, right.utf8)
    }

    static func isSame(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        left.count == right.count && order(left, right) == 0
    }

    /// Whether one of some paths, ascending by bytes, is this one.
    static func contains(_ path: Substring, inSorted paths: [String]) -> Bool {
        var candidates = paths[...]
        while let middle = candidates.indices.dropFirst(candidates.count / 2).first {
            let order = order(paths[middle].utf8, path.utf8)
            if order == 0 { return true }
            candidates = order < 0 ? candidates[(middle + 1)...] : candidates[..<middle]
        }
        return false
    }

    private static func order(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Int {
        let order = left.withContiguousStorageIfAvailable { left in
            right.withContiguousStorageIfAvailable { right -> Int in
                guard let first = left.baseAddress, let second = right.baseAddress else {
                    return left.count - right.count
                }
                let order = unsafe memcmp(first, second, min(left.count, right.count))
                return order != 0 ? Int(order) : left.count - right.count
            }
        }
        if let order, let order { return order }
        if left.elementsEqual(right) { return 0 }
        return left.lexicographicallyPrecedes(right) ? -1 : 1
    }

    /// The first path that occurs twice, or lies inside another that is not a folder.
    ///
    /// The paths are those of files and links, ascending by bytes.
    static func conflict(inSorted paths: [String]) -> (path: String, message: String)? {
        var previous: String?
        var previousFolder: Substring?
        for path in paths {
            if let previous, isSame(path, previous) { return (path, "two entries have this name") }
            previous = path
            let nameStart = nameStart(path)
            if nameStart == 0 { continue }
            let folder = path[..<path.utf8.index(path.startIndex, offsetBy: nameStart - 1)]
            if let previousFolder, isSame(folder.utf8, previousFolder.utf8) { continue }
            previousFolder = folder
            var rest = folder
            while true {
                if contains(rest, inSorted: paths) { return (path, "it lies inside '\(rest)', which is not a folder") }
                guard let slash = rest.utf8.lastIndex(of: UInt8(ascii: "/")) else { break }
                rest = rest[..<slash]
            }
        }
        return nil
    }
}
