// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Absolute paths without symbolic links.
enum RealPath {
    /// Follows every link in a path (`realpath(3)`).
    /// - Returns: nil where there is nothing, links run in a circle, or the result is not UTF-8.
    static func resolve(_ path: String) -> String? {
        guard let result = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(result) }
        return unsafe String(validatingCString: result)
    }

    /// The part of `path` below `folder`: empty for the folder itself.
    /// - Returns: nil where `path` is not in it.
    static func relative(_ path: String, to folder: String) -> String? {
        if path == folder { return "" }
        let prefix = folder == "/" ? "/" : folder + "/"
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : nil
    }

    /// Two parts of a path with a slash in between; either may be empty.
    static func join(_ first: String, _ second: String) -> String {
        if first.isEmpty { return second }
        if second.isEmpty { return first }
        // Put together by hand: this is done for every file of an artifact.
        var result = first
        result.reserveCapacity(first.utf8.count + 1 + second.utf8.count)
        if first.utf8.last != UInt8(ascii: "/") { result.append("/") }
        result.append(second)
        return result
    }

    /// The names of a relative path, as the file system takes them.
    static func names(_ path: String) -> [[UInt8]] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
    }
}
