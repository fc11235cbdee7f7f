// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// The way of another user to a file of ours: folders above it that are closed to others, such as a home with mode 0700.
package enum UserWay {
    /// Why the user cannot get there.
    package struct Closed: Error, Sendable {
        /// The folder that keeps the user out; nil where it is something else.
        package let folder: String?
        /// One word or a few, without a place.
        package let reason: String
    }

    /// Lets a user pass through the folders above a path, where they are closed and it is ours to open them.
    /// - Throws: where the user cannot pass in the end, or no process can become that user.
    package static func open(to path: String, for account: UserAccount) throws(Closed) {
        guard let error = probe(path, account) else { return }
        guard error.code == EACCES else { throw Closed(folder: nil, reason: error.reason) }
        for parent in parents(of: path) where isClosed(parent, to: account) {
            do throws(FileError) {
                try PassRight.grant(account.uid, on: parent)
            } catch {
                throw Closed(folder: parent, reason: error.reason)
            }
        }
        if let error = probe(path, account) { throw Closed(folder: path, reason: error.reason) }
    }

    /// What becomes of a child of that user in the path's parent; nil when all is well.
    private static func probe(_ path: String, _ account: UserAccount) -> FileError? {
        let parent = parents(of: path).last ?? "/"
        do throws(FileError) {
            let null = try Descriptor.open("/dev/null", O_RDWR)
            var request = ChildProcess.Request(
                executable: "/bin/sh",
                arguments: ["sh", "-c", "exit 0"],
                environment: [],
                directory: parent,
                standard: (null.number, null.number, null.number)
            )
            request.credentials = account.credentials
            _ = try ChildProcess.spawn(request).wait()
            return nil
        } catch {
            return error
        }
    }

    /// The folders above, from the root on.
    private static func parents(of path: String) -> [String] {
        var result: [String] = []
        var folder = ""
        for name in Paths.normalized(path).split(separator: "/").dropLast() {
            folder += "/\(name)"
            result.append(folder)
        }
        return result
    }

    /// Whether the mode keeps the user out.
    private static func isClosed(_ folder: String, to account: UserAccount) -> Bool {
        var status = stat()
        guard unsafe stat(folder, &status) == 0 else { return false }
        let shift: UInt32 = status.st_uid == account.uid ? 6 : account.groups.contains(status.st_gid) ? 3 : 0
        return status.st_mode >> shift & 1 == 0
    }
}
