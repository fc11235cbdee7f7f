// SPDX-License-Identifier: Apache-2.0

package import Files
internal import Glibc

/// Pushes that git's hook could not tell the daemon of, and that it keeps as files in the git directory.
///
/// Each holds what the hook would have said. All of it blocks.
package enum KeptPushes {
    /// One that waits to be taken in.
    package struct Kept: Sendable {
        /// The file's name.
        package let name: [UInt8]
        /// What it says; nil where that is nothing that a hook writes.
        package let request: HookRequest?
        /// Who has pushed: whose file it is, which only the kernel and the superuser decide.
        package let user: UInt32
    }

    /// How the files' names begin, after which come the time and `.`; `KeptPush` of the hook writes them.
    private static let prefix = Array("nacre-push.".utf8)
    /// How many are read at once: of pushes of many refs each may have a megabyte.
    private static let mostAtOnce = 16

    /// Whether a name in a git directory is that of such a file, and the file is whole.
    package static func isName(_ name: [UInt8]) -> Bool {
        name.starts(with: prefix) && !name.reversed().starts(with: ".lock".utf8.reversed())
    }

    /// Whether there are any.
    package static func areIn(_ path: String) -> Bool {
        !names(in: path).isEmpty
    }

    /// Reads the oldest ones.
    /// - Parameters:
    ///   - path: the git directory.
    ///   - known: the names of files that are passed over.
    /// - Returns: the oldest first; none where they could not be removed afterwards.
    package static func oldest(in path: String, except known: Set<[UInt8]> = []) -> [Kept] {
        let names = names(in: path).filter { !known.contains($0) }
        guard !names.isEmpty, unsafe access(path, W_OK) == 0, let folder = try? Directory(path) else { return [] }
        var result: [Kept] = []
        for name in names where result.count < mostAtOnce {
            if let kept = read(name, in: folder) { result.append(kept) }
        }
        return result
    }

    /// Reads one; nil where it could not be removed afterwards, or cannot be read for now.
    private static func read(_ name: [UInt8], in folder: borrowing Directory) -> Kept? {
        // Whoever may push may put anything there: a pipe, a link, a folder.
        guard let status = try? folder.status(of: name), status.st_mode & S_IFMT != S_IFDIR else { return nil }
        guard status.st_mode & S_IFMT == S_IFREG else { return Kept(name: name, request: nil, user: status.st_uid) }
        guard let file = try? folder.open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY),
            let owner = try? file.status().st_uid
        else { return nil }
        let bytes = try? file.readToEnd(limit: HookRequest.limitBytes)
        return Kept(name: name, request: bytes.flatMap { try? HookRequest(decoding: $0) }, user: owner)
    }

    /// Removes one that was taken in; one that is gone is no error.
    package static func remove(_ name: [UInt8], from path: String) throws(FileError) {
        do throws(FileError) {
            try Directory(path).unlink(name)
        } catch  where error.code == ENOENT {}
    }

    /// Removes all: what was pushed before a repository was registered, or is left when it is forgotten.
    package static func removeAll(from path: String) {
        for name in names(in: path) { try? remove(name, from: path) }
    }

    private static func names(in path: String) -> [[UInt8]] {
        let entries = (try? DirectoryEntry.list(Array(path.utf8))) ?? []
        return entries.map(\.name).filter(isName).sorted { $0.lexicographicallyPrecedes($1) }
    }
}
