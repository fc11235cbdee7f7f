// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The removal of what is in a folder, however deep it goes.
///
/// A folder far down is moved up to the top and removed from there, so that neither the stack nor the open descriptors
/// grow with the depth: a build can make folders deeper than any limit of either.
struct Removal {
    private static let depthLimit = 64

    /// The first thing that went wrong.
    private(set) var failure: FileError?
    private let top: Int32
    private var moved = 0

    /// * `top`: an open descriptor of the folder; stays the caller's.
    init(top: Int32) {
        self.top = top
    }

    /// Removes everything in the top folder, but not the folder itself.
    mutating func removeAll(_ path: String) {
        while true {
            let before = moved
            let copy = fcntl(top, F_DUPFD_CLOEXEC, 3)
            if copy < 0 { return note("fcntl", path) }
            // The copy shares the position in the folder with those of earlier rounds.
            _ = lseek(copy, 0, SEEK_SET)
            removeContents(copy, path, depth: 0)
            if moved == before { return }
        }
    }

    /// Takes over the descriptor.
    private mutating func removeContents(_ folder: Int32, _ path: String, depth: Int) {
        guard let stream = unsafe fdopendir(folder) else {
            note("fdopendir", path)
            _ = close(folder)
            return
        }
        defer { _ = unsafe closedir(stream) }
        _ = fchmod(folder, 0o700)
        while let entry = unsafe readdir(stream) {
            // The name is used as bytes, not as text: a file's name need not be UTF-8.
            let kind = unsafe Int32(entry.pointee.d_type)
            unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    unsafe remove(name, kind, in: folder, path, depth: depth)
                }
            }
        }
    }

    private mutating func remove(
        _ name: UnsafePointer<CChar>,
        _ kind: Int32,
        in folder: Int32,
        _ path: String,
        depth: Int
    ) {
        let isDot = unsafe name[0] == 46 && (name[1] == 0 || (name[1] == 46 && name[2] == 0))
        if isDot { return }
        if kind != Int32(DT_DIR), unsafe unlinkat(folder, name, 0) == 0 { return }
        let inner = unsafe "\(path)/\(String(cString: name))"
        if depth >= Self.depthLimit {
            moved += 1
            if unsafe renameat(folder, name, top, ".nacre-removal-\(getpid())-\(moved)") == 0 { return }
            moved -= 1
        }
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        var child = unsafe openat(folder, name, flags)
        if child < 0, errno == EACCES, unsafe fchmodat(folder, name, 0o700, 0) == 0 {
            child = unsafe openat(folder, name, flags)
        }
        if child >= 0 { removeContents(child, inner, depth: depth + 1) }
        if unsafe unlinkat(folder, name, AT_REMOVEDIR) != 0, errno != ENOENT { note("unlinkat", inner) }
    }

    private mutating func note(_ function: String, _ path: String) {
        failure = failure ?? FileError(code: errno, function: function, path: path)
    }
}
