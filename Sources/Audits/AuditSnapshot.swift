// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// The files of a log at one moment: no writer puts one away while they are looked at.
struct AuditSnapshot {
    /// Those that have become full, oldest first; they do not change any more.
    let archives: [String]
    /// What is in the file that is written now; nil: there is none.
    let current: [UInt8]?
    /// Nil where it is missing or damaged.
    let head: AuditHead?

    init(_ files: AuditFiles) throws(FileError) {
        // Nobody writes before there is a head.
        guard Folder.exists(files.head) else {
            try self.init(files, head: nil)
            return
        }
        let file = try Descriptor.open(files.head, O_RDONLY | O_NOFOLLOW)
        try AuditLog.lock(file, of: files, isExclusive: false)
        try self.init(files, head: try AuditLog.read(file))
    }

    private init(_ files: AuditFiles, head: AuditHead?) throws(FileError) {
        archives = try files.archives()
        current = Folder.exists(files.current) ? try AtomicFile.read(files.current) : nil
        self.head = head
    }
}
