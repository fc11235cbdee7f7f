// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Digests
internal import Files
internal import Glibc

/// Who did what in a home: lines of JSON that are only added to, each with the sum of the one before.
///
/// A line that was changed or taken out shows, as the next one holds another sum; a missing end shows by the head. What the log
/// cannot do is keep somebody who may write all of the home from writing all of the log anew.
///
/// Several processes may write; each append takes a lock. It blocks until the disk has the lines.
package struct AuditLog: Sendable {
    /// A file that has become as large is put away.
    package static let standardLimitBytes: Int64 = 16 << 20
    /// Whoever holds the lock writes a few lines; longer than this only a process that is stopped or a disk that hangs.
    private static let patienceMilliseconds = 5000

    private let files: AuditFiles
    private let limitBytes: Int64

    /// The log of a folder, which must exist; nothing is made before something is added.
    package init(in folder: String, limitBytes: Int64 = Self.standardLimitBytes) {
        files = AuditFiles(in: folder)
        self.limitBytes = limitBytes
    }

    /// Puts one thing on record.
    @discardableResult
    package func append(
        who: AuditActor,
        action: String,
        subject: String = "",
        details: [String: String] = [:]
    ) throws(AuditError) -> AuditHead {
        try append([AuditEntry(who, action, subject, details)])
    }

    /// Puts several things on record, all of them or none.
    ///
    /// What a crash has left half written is repaired first, and that is put on record, too.
    ///
    /// * `remembered`: where the chain stood when the caller wrote last; by it, a head that was taken away with the end of the
    ///   log does not hide that.
    ///
    /// - Returns: where the chain stands then.
    @discardableResult
    package func append(
        _ entries: [AuditEntry],
        after remembered: AuditHead? = nil
    ) throws(AuditError) -> AuditHead {
        do throws(FileError) {
            let headFile = try lockHead()
            let known = [try Self.read(headFile), remembered].compactMap(\.self).max { $0.sequence < $1.sequence }
            if known == nil, try files.all().isEmpty {
                // There before the first line is: a log without a head has lost it.
                try Self.write(.start, to: headFile, isDurable: true)
            }
            let stand = try AuditRepair(files).stand(by: known)
            var head = stand.head
            try rotate(&head, headFile)
            let time = AuditTime.now()
            var bytes: [UInt8] = []
            let size = head.size
            for entry in stand.repairs + entries {
                let record = AuditRecord(
                    entry,
                    sequence: head.sequence + 1,
                    previous: head.digest,
                    time: time
                )
                let line = record.line
                bytes += line + [UInt8(ascii: "\n")]
                head.advance(over: line)
            }
            try write(bytes, behind: size)
            try Self.write(head, to: headFile, isDurable: false)
            return head
        } catch {
            throw AuditError(message: "the audit log \(files.current) cannot be written: \(error.reason)")
        }
    }

    /// Where the chain stands; nil where nothing is on record.
    package func head() -> AuditHead? {
        (try? AtomicFile.read(files.head, limit: 4096)).flatMap { AuditHead(file: $0) }
    }

    // MARK: - Files

    private func lockHead() throws(FileError) -> Descriptor {
        let isNew = !Folder.exists(files.head)
        let file = try Descriptor.open(files.head, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
        if isNew { handOver(file) }
        try Self.lock(file, of: files)
        return file
    }

    /// Waits for the lock on the head's file; it is let go with the file.
    static func lock(
        _ file: borrowing Descriptor,
        of files: AuditFiles,
        isExclusive: Bool = true
    ) throws(FileError) {
        for _ in 0..<patienceMilliseconds {
            let code = nacre_try_lock(file.number, isExclusive)
            if code == 0 { return }
            if code != EAGAIN { throw FileError(code: code, function: "fcntl", path: files.head) }
            usleep(1000)
        }
        throw FileError(code: ETIMEDOUT, function: "fcntl", path: files.head)
    }

    /// Puts a full file away; the chain goes on in a new one.
    private func rotate(_ head: inout AuditHead, _ headFile: borrowing Descriptor) throws(FileError) {
        guard head.size >= limitBytes else { return }
        let path = files.current
        // After a power cut the head is at worst this one, and what is behind it is found.
        try Self.write(head, to: headFile, isDurable: true)
        let archive = files.archive(first: head.first)
        try FileError.checkCode("rename", path, unsafe nacre_rename_noreplace(path, archive))
        head.first = head.sequence + 1
        head.size = 0
    }

    private func write(_ bytes: [UInt8], behind size: Int64) throws(FileError) {
        let isNew = !Folder.exists(files.current)
        let file = try Descriptor.open(
            files.current,
            O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW,
            mode: 0o600
        )
        if isNew { handOver(file) }
        do throws(FileError) {
            try file.writeAll(bytes)
            try file.sync()
        } catch {
            // Nobody is told that it is on record, so that it is not to be there either.
            _ = ftruncate(file.number, Int(size))
            throw error
        }
        if isNew { try Descriptor.open(files.folder, O_RDONLY | O_DIRECTORY).sync() }
    }

    /// What the superuser makes in another's home is that one's: the daemon must be able to go on.
    private func handOver(_ file: borrowing Descriptor) {
        var folder = stat()
        guard geteuid() == 0, unsafe stat(files.folder, &folder) == 0, folder.st_uid != 0 else {
            return
        }
        _ = fchown(file.number, folder.st_uid, folder.st_gid)
    }

    static func read(_ file: borrowing Descriptor) throws(FileError) -> AuditHead? {
        var bytes = [UInt8](repeating: 0, count: AuditHead.fileBytes)
        let count = try FileError.check("pread") {
            unsafe bytes.withUnsafeMutableBytes { unsafe pread(file.number, $0.baseAddress, $0.count, 0) }
        }
        return AuditHead(file: Array(bytes[..<count]))
    }

    /// It need not be on the disk: a head that is behind the log is brought forward.
    private static func write(
        _ head: AuditHead,
        to file: borrowing Descriptor,
        isDurable: Bool
    ) throws(FileError) {
        let bytes = head.file
        _ = try FileError.check("pwrite") {
            unsafe bytes.withUnsafeBytes { unsafe pwrite(file.number, $0.baseAddress, $0.count, 0) }
        }
        if isDurable { try file.sync() }
    }
}
