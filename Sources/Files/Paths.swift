// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Paths as texts.
package enum Paths {
    /// An absolute path for one that may be relative to the process's folder, without `.` and `..` components.
    /// - Returns: nil when the process's folder has been removed.
    package static func absolute(_ path: String) -> String? {
        if path.hasPrefix("/") { return normalized(path) }
        guard let current = currentDirectory() else { return nil }
        return normalized("\(current)/\(path)")
    }

    /// Removes empty, `.` and `..` components of an absolute path; symlinks are not looked at.
    package static func normalized(_ path: String) -> String {
        var parts: [Substring] = []
        for part in names(path) {
            if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// The path with all symlinks resolved; nil when it does not exist.
    package static func real(_ path: String) -> String? {
        guard let text = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    /// The components, as the system parts them: a slash with an accent behind it is one character to Swift, and a slash all
    /// the same.
    package static func names(_ path: String) -> [Substring] {
        path.unicodeScalars.split(separator: "/").map { Substring($0) }
    }

    /// The last component.
    package static func name(_ path: String) -> String {
        let bytes = path.utf8
        guard let last = bytes.lastIndex(where: { $0 != UInt8(ascii: "/") }) else { return path }
        let end = bytes.index(after: last)
        let slash = bytes[..<end].lastIndex(of: UInt8(ascii: "/"))
        return String(path[(slash.map { bytes.index(after: $0) } ?? bytes.startIndex)..<end])
    }

    /// The folder that a path lies in; `/` for a name at the top, `.` for a name alone.
    package static func parent(_ path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The process's folder; nil when it has been removed.
    package static func currentDirectory() -> String? {
        guard let text = unsafe getcwd(nil, 0) else { return nil }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }
}
