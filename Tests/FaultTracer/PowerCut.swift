// SPDX-License-Identifier: Apache-2.0

import Files
import Glibc
import TestSupport

/// What is not on the disk yet, and its loss.
///
/// The model, of a file system that keeps what POSIX promises and no more:
/// * The bytes and the length of a file that were there when `fsync` or `fdatasync` of it began are on the disk when that has
///   returned. What is lost is all that came since then: the file has the bytes of its last sync, or none.
/// * A name that comes, goes or moves is on the disk when `fsync` of its folder has returned; a rename, of the new name's.
/// * Names are written in the order in which they changed, as a journalling file system does, bytes in any order.
///
/// Simplifications: single pages of a file are not lost alone (SQLite's checksums and the sums of artifacts are for that), modes and
/// times are kept, shared memory (SQLite's `-shm`) is lost always, and what others than the traced write is kept: that of a push, which
/// its user's git makes, is not looked at here.
struct PowerCut {
    /// What falls victim.
    enum Manner {
        /// Every byte and name that was not synced.
        case strict
        /// Every byte that was not synced, and no name: a file that was renamed before its bytes were written is empty.
        case data
        /// Every name from some moment on, and the bytes of some files, as the seed has it.
        case seeded(UInt64)

        init?(_ text: String) {
            switch text {
            case "strict": self = .strict
            case "data": self = .data
            default:
                guard let seed = UInt64(text) else { return nil }
                self = .seeded(seed)
            }
        }
    }

    /// A file by what stays the same when it is renamed.
    private struct Key: Hashable {
        let device: UInt64
        let number: UInt64
    }

    /// The bytes that are on the disk, of a file that has been written to since.
    private struct Old {
        let descriptor: Int32
        var bytes: [UInt8]
    }

    /// What will be on the disk when a sync that has begun is over.
    private struct Sync {
        let key: Key
        /// Nil where all of the file was on the disk already.
        var bytes: [UInt8]?
        /// The calls that have changed names in this folder and have returned.
        var changes: Set<Int> = []
    }

    /// A change of a name that is not on the disk yet.
    private struct Change {
        enum Kind {
            case made
            case folder
            case renamed(from: String)
            case removed
            case removedFolder
        }
        let kind: Kind
        let path: String
        /// Which call makes it.
        let number: Int
        var isDone = false
        /// A second name of what `path` named before.
        let grave: String?
    }

    private let manner: Manner
    private let folder: String
    /// Beside the folder, for second names of what is removed.
    private let graves: String
    private var graveCount = 0
    private var dirty: [Key: Old] = [:]
    private var changes: [Change] = []
    /// By the numbers of their calls.
    private var syncs: [Int: [Sync]] = [:]

    init(_ manner: Manner, below folder: String) throws(FileError) {
        self.manner = manner
        self.folder = folder
        graves = "\(folder).graves-\(getpid())"
        StandardDescriptors.raiseLimit()
        try Folder.make(graves)
    }

    /// Lets go of what was kept.
    func close() {
        for old in dirty.values { _ = Glibc.close(old.descriptor) }
        try? Folder.remove(graves)
    }

    // MARK: - Before and after a call

    /// Keeps what a call that is about to be made changes; `number` is no other call's.
    mutating func begin(_ call: FileCall, _ number: Int) throws(FileError) {
        switch call.kind {
        case .data: try keep(call.access)
        case .make: note(.made, call.path, number)
        case .folder: note(.folder, call.path, number)
        case .rename:
            guard let target = call.target else { return }
            note(.renamed(from: call.path), target, number, grave: bury(target))
        case .unlink: note(.removed, call.path, number, grave: bury(call.path))
        case .rmdir: note(.removedFolder, call.path, number)
        case .sync:
            guard let key = Self.key(of: call.path) else { return }
            let names = changes.filter { $0.isDone && Paths.parent($0.path) == call.path }
            syncs[number] = [Sync(key: key, bytes: try bytes(of: key), changes: Set(names.map(\.number)))]
        case .syncAll:
            let done = Set(changes.filter(\.isDone).map(\.number))
            syncs[number] = try dirty.keys.map { key throws(FileError) in
                Sync(key: key, bytes: try bytes(of: key), changes: done)
            }
        case .attribute: break
        }
    }

    /// Takes in what has become of a call.
    mutating func end(_ call: FileCall, _ number: Int, hasSucceeded: Bool) {
        let begun = syncs.removeValue(forKey: number) ?? []
        if !hasSucceeded { return changes.removeAll { $0.number == number } }
        for index in changes.indices where changes[index].number == number { changes[index].isDone = true }
        for sync in begun {
            if let bytes = sync.bytes { dirty[sync.key]?.bytes = bytes }
            changes.removeAll { sync.changes.contains($0.number) }
        }
    }

    private mutating func note(_ kind: Change.Kind, _ path: String, _ number: Int, grave: String? = nil) {
        changes.append(Change(kind: kind, path: path, number: number, grave: grave))
    }

    /// What a file that has been written to holds now; nil for any other.
    private func bytes(of key: Key) throws(FileError) -> [UInt8]? {
        guard let old = dirty[key] else { return nil }
        return try AtomicFile.read("/proc/self/fd/\(old.descriptor)")
    }

    private mutating func keep(_ path: String) throws(FileError) {
        guard let key = Self.key(of: path), dirty[key] == nil else { return }
        let file = try Descriptor.open(path, O_RDONLY)
        let bytes = try file.readToEnd()
        dirty[key] = Old(descriptor: file.release(), bytes: bytes)
    }

    /// Gives a file a second name before it loses its first.
    private mutating func bury(_ path: String) -> String? {
        graveCount += 1
        let grave = "\(graves)/\(graveCount)"
        return unsafe link(path, grave) == 0 ? grave : nil
    }

    private static func key(of path: String) -> Key? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return Key(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
    }

    // MARK: - The cut

    /// Takes from the disk what was not synced; nothing of the traced runs any more.
    mutating func fall() throws(FileError) {
        var generator = SeededNumbers(seed: 0)
        if case .seeded(let seed) = manner { generator = SeededNumbers(seed: seed) }
        // In an order of their own, so that a seed means the same again.
        for (_, old) in dirty.sorted(by: { ($0.key.number, $0.key.device) < ($1.key.number, $1.key.device) }) {
            if case .seeded = manner, generator.next() % 2 == 0 { continue }
            try Self.rewrite(old)
        }
        let kept: Int
        switch manner {
        case .strict: kept = 0
        case .data: kept = changes.count
        case .seeded: kept = Int(generator.next() % UInt64(changes.count + 1))
        }
        for change in changes[kept...].reversed() { try undo(change) }
        for name in try DirectoryListing.names(of: folder) where name.hasSuffix("-shm") {
            _ = unsafe unlink("\(folder)/\(name)")
        }
    }

    private static func rewrite(_ old: Old) throws(FileError) {
        var status = stat()
        try FileError.check("fstat") { unsafe fstat(old.descriptor, &status) }
        // What may not be written to any more, now that it is whole, was written all the same.
        try FileError.check("fchmod") { fchmod(old.descriptor, status.st_mode & 0o7777 | 0o600) }
        try Descriptor.open("/proc/self/fd/\(old.descriptor)", O_WRONLY | O_TRUNC).writeAll(old.bytes)
        try FileError.check("fchmod") { fchmod(old.descriptor, status.st_mode & 0o7777) }
    }

    /// Undoes a change, as far as it was made.
    private func undo(_ change: Change) throws(FileError) {
        let isThere = FileCall.size(change.path) != nil
        switch change.kind {
        case .made, .folder:
            if isThere { try Folder.remove(change.path) }
        case .renamed(let source):
            guard isThere, FileCall.size(source) == nil else { return }
            try FileError.check("rename", source) { unsafe rename(change.path, source) }
            try restore(change)
        case .removed:
            if !isThere { try restore(change) }
        case .removedFolder:
            if !isThere { try FileError.check("mkdir", change.path) { unsafe mkdir(change.path, 0o755) } }
        }
    }

    private func restore(_ change: Change) throws(FileError) {
        guard let grave = change.grave else { return }
        try FileError.check("rename", change.path) { unsafe rename(grave, change.path) }
    }
}
