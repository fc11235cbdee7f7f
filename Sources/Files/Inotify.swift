// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// An `inotify(7)` instance: tells of changes in the directories that it watches.
///
/// The kernel's calls are safe from any thread; only one thread at a time should read.
package final class Inotify: Sendable {
    /// What is watched for, or what has happened.
    package struct Mask: OptionSet, Sendable, Hashable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// The file was written to (`IN_MODIFY`).
        package static let modified = Mask(rawValue: 0x2)
        /// A name appeared that was not there (`IN_CREATE`).
        package static let created = Mask(rawValue: 0x100)
        /// A name disappeared (`IN_DELETE`).
        package static let deleted = Mask(rawValue: 0x200)
        /// A file that was open for writing was closed (`IN_CLOSE_WRITE`).
        package static let written = Mask(rawValue: 0x8)
        /// A name was renamed away (`IN_MOVED_FROM`).
        package static let movedFrom = Mask(rawValue: 0x40)
        /// A name was renamed to here, perhaps over another (`IN_MOVED_TO`).
        package static let movedTo = Mask(rawValue: 0x80)
        /// The watched directory itself is gone (`IN_DELETE_SELF`).
        package static let selfDeleted = Mask(rawValue: 0x400)
        /// The watched directory itself was renamed (`IN_MOVE_SELF`).
        package static let selfMoved = Mask(rawValue: 0x800)
        /// Told, never asked for: the file system was unmounted (`IN_UNMOUNT`).
        package static let unmounted = Mask(rawValue: 0x2000)
        /// Told, never asked for: the watch is over, its id is void (`IN_IGNORED`).
        package static let ended = Mask(rawValue: 0x8000)
        /// Told, never asked for: the name is a directory (`IN_ISDIR`).
        package static let directory = Mask(rawValue: 0x4000_0000)
        /// Asked for: fail with `ENOTDIR` on anything but a directory (`IN_ONLYDIR`).
        package static let onlyDirectory = Mask(rawValue: 0x100_0000)
        /// Asked for: add to the mask of a watch that the same directory has already (`IN_MASK_ADD`).
        package static let adding = Mask(rawValue: 0x2000_0000)
    }

    /// One change.
    package struct Event: Sendable, Hashable {
        /// The watch that it came from, as `addWatch` answered.
        package let watch: Int32
        /// What happened.
        package let mask: Mask
        /// The name within the directory, bytes that are not UTF-8 replaced; empty for the directory itself.
        package let name: String

        /// Whether `name` is a directory.
        package var isDirectory: Bool { mask.contains(.directory) }
    }

    /// What one reading found.
    package struct Batch: Sendable, Hashable {
        /// In the order in which they happened.
        package var events: [Event] = []
        /// The kernel dropped events: everything has to be looked at again.
        package var overflowed = false

        package init(events: [Event] = [], overflowed: Bool = false) {
            self.events = events
            self.overflowed = overflowed
        }
    }

    private let descriptor: Descriptor

    /// The descriptor's number, for `poll(2)`; readable when events wait, valid as long as this object.
    package var number: Int32 { descriptor.number }

    /// Makes an instance, non-blocking and close-on-exec (`inotify_init1`).
    /// - Throws: `EMFILE` when the user has too many instances (`fs.inotify.max_user_instances`).
    package init() throws(FileError) {
        descriptor = Descriptor(
            owning: try FileError.check("inotify_init1") { inotify_init1(O_NONBLOCK | O_CLOEXEC) }
        )
    }

    /// Watches a directory (`inotify_add_watch`); the same directory, by whatever path, has one watch only.
    /// - Returns: the id that its events carry.
    /// - Throws: `ENOSPC` when the user has too many watches (`fs.inotify.max_user_watches`).
    package func addWatch(_ path: String, _ mask: Mask) throws(FileError) -> Int32 {
        try FileError.check("inotify_add_watch", path) {
            unsafe inotify_add_watch(descriptor.number, path, mask.rawValue)
        }
    }

    /// Ends a watch; one that is over already is no error, and an event with `.ended` follows.
    package func removeWatch(_ watch: Int32) {
        _ = inotify_rm_watch(descriptor.number, watch)
    }

    /// Takes all events that wait, without blocking.
    package func readEvents() throws(FileError) -> Batch {
        var batch = Batch()
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count: Int
            do {
                count = try FileError.check("read") {
                    unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor.number, $0.baseAddress, $0.count) }
                }
            } catch  where error.code == EAGAIN {
                return batch
            }
            Self.decode(buffer[..<count], into: &batch)
        }
    }

    /// Splits the kernel's records: `struct inotify_event` followed by `len` bytes of name padded with NUL.
    private static func decode(_ bytes: ArraySlice<UInt8>, into batch: inout Batch) {
        func word(at offset: Int) -> UInt32 {
            unsafe bytes.withUnsafeBytes {
                unsafe $0.loadUnaligned(fromByteOffset: offset - bytes.startIndex, as: UInt32.self)
            }
        }
        var offset = bytes.startIndex
        while offset + 16 <= bytes.endIndex {
            let watch = Int32(bitPattern: word(at: offset))
            let mask = Mask(rawValue: word(at: offset + 4))
            let end = min(offset + 16 + Int(word(at: offset + 12)), bytes.endIndex)
            if mask.rawValue & 0x4000 != 0 {  // IN_Q_OVERFLOW
                batch.overflowed = true
            } else {
                let name = bytes[offset + 16..<end].prefix { $0 != 0 }
                batch.events.append(Event(watch: watch, mask: mask, name: String(decoding: name, as: UTF8.self)))
            }
            offset = end
        }
    }
}
