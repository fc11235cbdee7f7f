// SPDX-License-Identifier: Apache-2.0

import CTracing
import Files
import Glibc

/// A system call, about to be made, that would change or sync files below the folder.
struct FileCall {
    enum Kind {
        /// The bytes or the length of a file; it can be opened at `access`.
        case data
        case sync
        case syncAll
        /// A name comes into being: a file or a link.
        case make
        case folder
        case rename
        case unlink
        case rmdir
        case attribute
    }

    let kind: Kind
    /// The system call's name.
    let name: String
    let path: String
    /// The new name of a rename.
    var target: String?
    /// A path by which the tracer reaches the very file, whatever its name is by now.
    var access = ""

    /// What it is about, relative to the folder.
    func subject(below folder: String) -> String {
        let shown = [path, target].compactMap { $0 }.map { $0.dropFirst(folder.utf8.count + 1) }
        return shown.joined(separator: " -> ")
    }

    /// Reads it out of a stopped thread.
    /// - Returns: nil where the call changes nothing below the folder, as far as can be told before it is made.
    init?(_ stop: nacre_call_stop, of thread: pid_t, below folder: String) {
        var copy = stop
        let call = unsafe nacre_call_of(&copy)
        if call.kind == nacre_call_none { return nil }
        let reader = CallReader(stop: stop, thread: thread)
        name = unsafe withUnsafeBytes(of: call.name) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if call.descriptor >= 0 {
            access = "/proc/\(thread)/fd/\(Int32(truncatingIfNeeded: reader.argument(call.descriptor)))"
        }
        guard let path = call.path >= 0 ? reader.path(call.folder, call.path) : Self.target(of: access) else {
            return nil
        }
        self.path = path
        let isOwnSync = call.kind == nacre_call_sync && path == folder
        // SQLite's index of its log is shared memory: it is made anew after a crash.
        guard isOwnSync || Self.isBelow(path, folder), !path.hasSuffix("-shm") else { return nil }
        switch call.kind {
        case nacre_call_data: kind = .data
        case nacre_call_truncate:
            kind = .data
            access = path
        case nacre_call_sync: kind = .sync
        case nacre_call_sync_all: kind = .syncAll
        case nacre_call_attribute: kind = .attribute
        case nacre_call_make: kind = .make
        case nacre_call_folder: kind = .folder
        case nacre_call_rmdir: kind = .rmdir
        case nacre_call_rename: kind = .rename
        case nacre_call_unlink:
            let isFolder = call.flags >= 0 && Int32(truncatingIfNeeded: reader.argument(call.flags)) & AT_REMOVEDIR != 0
            kind = isFolder ? .rmdir : .unlink
        case nacre_call_open:
            let flags =
                call.flags >= 0
                ? Int32(truncatingIfNeeded: reader.argument(call.flags)) : O_CREAT | O_TRUNC | O_WRONLY
            if let size = Self.size(path), flags & O_TRUNC != 0, size > 0 {
                kind = .data
                access = path
            } else if Self.size(path) == nil, flags & O_CREAT != 0 {
                kind = .make
            } else {
                return nil
            }
        default: return nil
        }
        if call.other_path >= 0 {
            guard let other = reader.path(call.other_folder, call.other_path) else { return nil }
            target = other
        }
        if !changes() { return nil }
    }

    /// Whether it can succeed.
    private func changes() -> Bool {
        switch kind {
        case .make, .folder: Self.size(path) == nil
        case .rename, .unlink, .rmdir: Self.size(path) != nil
        default: true
        }
    }

    /// What a link of `/proc` leads to; nil for what is no file, and for one that has no name any more.
    private static func target(of link: String) -> String? {
        guard let path = Paths.real(link) else { return nil }
        return path.hasPrefix("/") ? path : nil
    }

    private static func isBelow(_ path: String, _ folder: String) -> Bool {
        path.utf8.count > folder.utf8.count && path.hasPrefix(folder + "/")
    }

    /// The size of what has that name, a link itself; nil where nothing has.
    static func size(_ path: String) -> Int? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? Int(status.st_size) : nil
    }
}
