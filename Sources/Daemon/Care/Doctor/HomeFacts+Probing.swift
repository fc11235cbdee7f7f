// SPDX-License-Identifier: Apache-2.0

internal import Audits
internal import Control
internal import Files
internal import Glibc

extension HomeFacts {
    /// Looks at a home.
    static func probe(_ home: Home) -> HomeFacts {
        var facts = HomeFacts(path: home.path, exists: Folder.isFolder(home.path), version: Version.text)
        guard facts.exists else { return facts }
        if let status = status(home.path), status.st_uid != geteuid() { facts.foreignOwner = status.st_uid }
        var wanted: [(path: String, mode: UInt32)] = [home.path, home.builds, home.environments].map { ($0, 0o700) }
        var files = [home.socket, home.lock, home.secretsKey]
        for database in [home.database, home.buckets, home.secrets] { files += [database, "\(database)-wal"] }
        let audit = AuditFiles(in: home.path)
        files += [audit.head, audit.current] + ((try? audit.archives()) ?? [])
        wanted += files.map { ($0, 0o600) }
        // A person's file, which others may read but not write.
        wanted.append((home.settings, 0o644))
        for (path, mode) in wanted {
            guard let status = status(path) else { continue }
            facts.modes.append(Mode(path: path, mode: status.st_mode & 0o777, wanted: mode))
        }
        facts.hasSocket = status(home.socket) != nil
        facts.daemon = daemon(home)
        if case .answers(_, let pid) = facts.daemon {
            facts.isDaemonReplaced = link("/proc/\(pid)/exe")?.hasSuffix(" (deleted)") ?? false
        }
        var space = statvfs()
        if unsafe statvfs(home.path, &space) == 0 {
            facts.space = Space(
                freeBytes: Int64(space.f_bavail) * Int64(space.f_frsize),
                totalBytes: Int64(space.f_blocks) * Int64(space.f_frsize),
                freeFiles: Int64(space.f_favail),
                totalFiles: Int64(space.f_files)
            )
        }
        facts.leftovers = leftovers(home)
        return facts
    }

    private static func daemon(_ home: Home) -> Daemon {
        guard FileLock.isHeld(home.lock) else { return .none }
        do throws(ControlFailure) {
            var client = try ControlClient(home)
            if case .pong(let version, let pid, _, _) = try client.ask(.ping) {
                return .answers(version: version, pid: pid)
            }
        } catch {
            // Told as silent.
        }
        let text = String(decoding: (try? AtomicFile.read(home.lock, limit: 64)) ?? [], as: UTF8.self)
        return .silent(pid: text.split(separator: "\n").first.flatMap { Int32($0) })
    }

    /// Temporary files whose writer has ended: their names hold its process number.
    private static func leftovers(_ home: Home) -> [String] {
        let names = (try? DirectoryListing.names(of: home.path)) ?? []
        let files = names.filter { name in
            let words = name.split(separator: ".")
            if name.hasSuffix(".tmp"), words.count >= 3 { return isDead(words[words.count - 2]) }
            if let range = words.last, range.hasPrefix("new-"), name.hasPrefix("nacre.db.") {
                return isDead(range.dropFirst(4).prefix { $0 != "-" })
            }
            return false
        }
        let folders = BackupScratch.abandoned(home) + RestoreDraft.abandoned(of: home)
        return files.map { "\(home.path)/\($0)" }.sorted() + folders
    }

    private static func isDead(_ text: some StringProtocol) -> Bool {
        guard let pid = Int32(text), pid > 0 else { return false }
        return kill(pid, 0) != 0 && errno == ESRCH
    }

    private static func status(_ path: String) -> stat? {
        var result = stat()
        return unsafe lstat(path, &result) == 0 ? result : nil
    }

    private static func link(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe buffer.withUnsafeMutableBytes { bytes -> Int in
            guard let start = unsafe bytes.assumingMemoryBound(to: CChar.self).baseAddress else { return -1 }
            return unsafe readlink(path, start, bytes.count)
        }
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }
}
