// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A push that the daemon could not be told of: kept as a file in the git directory, which the daemon takes in when it can.
///
/// Without it only the last of several pushes to a branch would be found, and none of their options.
enum KeptPush {
    /// How the files' names begin; `KeptPushes` of the daemon knows it, too.
    private static let prefix = "nacre-push."
    /// Of a repository that is pushed to for months without a daemon not more than these are kept.
    private static let most = 1_000

    /// Writes the request to the disk, under a name by which the files' order is that of the pushes.
    /// - Returns: false when it is not kept, and the daemon finds no more than where the refs are.
    static func write(_ request: [UInt8], in repository: [UInt8]) -> Bool {
        let folder = unsafe open(cPath(repository), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return false }
        defer { close(folder) }
        var objects = stat()
        // Tried by hand, the hook may run anywhere.
        guard unsafe fstatat(folder, "objects", &objects, 0) == 0, count(in: repository) < most else { return false }
        let name = prefix + stamp() + "." + String(getpid())
        let draft = name + ".lock"
        let file = unsafe openat(folder, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        // Whoever may read the repository's objects may read it, the daemon among them.
        if Terminal.write(request[...], to: file), fchmod(file, objects.st_mode & 0o666) == 0, fsync(file) == 0,
            unsafe renameat(folder, draft, folder, name) == 0
        {
            fsync(folder)
            return true
        }
        unsafe unlinkat(folder, draft, 0)
        return false
    }

    /// Nanoseconds since 1970, with so many digits that the order of texts is that of times.
    private static func stamp() -> String {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        let digits = String(UInt64(max(0, now.tv_sec)) * 1_000_000_000 + UInt64(now.tv_nsec))
        return String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits
    }

    /// How many are kept already.
    private static func count(in repository: [UInt8]) -> Int {
        guard let folder = unsafe opendir(cPath(repository)) else { return 0 }
        defer { unsafe closedir(folder) }
        var count = 0
        while let entry = unsafe readdir(folder) {
            let isOurs = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe $0.starts(with: prefix.utf8) }
            if isOurs { count += 1 }
        }
        return count
    }

    private static func cPath(_ path: [UInt8]) -> [CChar] {
        path.map { CChar(bitPattern: $0) } + [0]
    }
}
