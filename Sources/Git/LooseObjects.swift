// SPDX-License-Identifier: Apache-2.0

internal import CGit2
internal import CZlib
internal import Files
internal import Glibc

/// Reads an object's own file in the place of libgit2, which waits for ever for the end of one that was cut off, as a power cut
/// leaves it (`git_zstream_get_output` takes `Z_BUF_ERROR` for progress, in 1.5 at least).
enum LooseObjects {
    /// Behind libgit2's reader of packs, which came first with the same, and before its reader of files, which has 1.
    private static let priority: Int32 = 2
    /// The longest first line, `commit 18446744073709551615` and a NUL, is less.
    private static let headerLimitBytes = 64

    /// Has the objects of a repository that was opened read here.
    static func add(to repository: OpaquePointer, path: String) throws(GitError) {
        var database: OpaquePointer?
        try unsafe LibGit2.check("git_repository_odb", path, git_repository_odb(&database, repository))
        defer { unsafe git_odb_free(database) }
        guard let common = unsafe git_repository_commondir(repository),
            let backend = unsafe calloc(1, MemoryLayout<nacre_git_backend>.size)?.bindMemory(
                to: nacre_git_backend.self,
                capacity: 1
            )
        else { return }
        let base = unsafe UnsafeMutableRawPointer(backend).assumingMemoryBound(to: git_odb_backend.self)
        unsafe backend.pointee.folder = unsafe strdup("\(String(cString: common))/objects")
        unsafe base.pointee.version = UInt32(GIT_ODB_BACKEND_VERSION)
        unsafe base.pointee.read = { data, size, kind, backend, id in
            guard let data = unsafe data, let size = unsafe size, let kind = unsafe kind, let backend = unsafe backend,
                let id = unsafe id
            else { return -1 }
            return unsafe LooseObjects.read(id.pointee, backend, data, size, kind)
        }
        unsafe base.pointee.free = { backend in
            guard let backend = unsafe backend else { return }
            unsafe free(LooseObjects.own(backend).pointee.folder)
            unsafe free(backend)
        }
        let code = unsafe git_odb_add_backend(database, base, priority)
        if code < 0 {
            unsafe free(backend.pointee.folder)
            unsafe free(backend)
        }
        try LibGit2.check("git_odb_add_backend", path, code)
    }

    /// The whole of what libgit2 knows the first part of.
    private static func own(_ backend: UnsafeMutablePointer<git_odb_backend>) -> UnsafeMutablePointer<nacre_git_backend>
    {
        unsafe UnsafeMutableRawPointer(backend).assumingMemoryBound(to: nacre_git_backend.self)
    }

    private static func read(
        _ id: git_oid,
        _ backend: UnsafeMutablePointer<git_odb_backend>,
        _ data: UnsafeMutablePointer<UnsafeMutableRawPointer?>,
        _ size: UnsafeMutablePointer<Int>,
        _ kind: UnsafeMutablePointer<git_object_t>
    ) -> Int32 {
        guard let folder = unsafe own(backend).pointee.folder else { return GIT_PASSTHROUGH.rawValue }
        let hex = ObjectID(id).hex
        let path = unsafe "\(String(cString: folder))/\(hex.prefix(2))/\(hex.dropFirst(2))"
        let file: [UInt8]
        do throws(FileError) {
            file = try ForeignFile.read(path, limit: .max)
        } catch {
            // Most are in packs; and what cannot be read is libgit2's affair.
            return GIT_PASSTHROUGH.rawValue
        }
        guard let header = unsafe inflate(file, backend, data) else {
            unsafe git_error_set_str(Int32(GIT_ERROR_ODB.rawValue), "the file of object \(hex) is damaged")
            return GIT_ERROR.rawValue
        }
        unsafe size.pointee = header.size
        unsafe kind.pointee = header.kind
        return 0
    }

    /// Decompresses a file: its first line says what it is and how long, and it must end there.
    private static func inflate(
        _ file: [UInt8],
        _ backend: UnsafeMutablePointer<git_odb_backend>,
        _ data: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    ) -> (kind: git_object_t, size: Int)? {
        var state = unsafe z_stream()
        guard unsafe inflateInit_(&state, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { unsafe inflateEnd(&state) }
        var input = file
        return unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe state.next_in = input.baseAddress
            unsafe state.avail_in = UInt32(clamping: input.count)
            var head = [UInt8](repeating: 0, count: headerLimitBytes)
            let count = unsafe inflate(&state, into: &head)
            guard let count, let header = parsed(head[..<count]), header.size < Int.max,
                let content = unsafe git_odb_backend_data_alloc(backend, header.size + 1)
            else { return nil }
            let bytes = unsafe content.assumingMemoryBound(to: UInt8.self)
            let start = head[header.start..<count].prefix(header.size + 1)
            for (index, byte) in start.enumerated() { unsafe bytes[index] = byte }
            var total = start.count
            // Room for one more byte than there may be: a stream that ends has to be asked once more.
            while true {
                unsafe state.next_out = bytes + total
                unsafe state.avail_out = UInt32(clamping: header.size + 1 - total)
                let room = unsafe state.avail_out
                let code = unsafe CZlib.inflate(&state, Z_NO_FLUSH)
                let left = unsafe (input: state.avail_in, room: state.avail_out)
                total += Int(room - left.room)
                if code == Z_STREAM_END, total == header.size { break }
                guard code == Z_OK, total <= header.size, left.input > 0 || left.room == 0 else {
                    unsafe git_odb_backend_data_free(backend, content)
                    return nil
                }
            }
            unsafe bytes[header.size] = 0
            unsafe data.pointee = content
            return (kind: header.kind, size: header.size)
        }
    }

    /// Fills a buffer as far as the input goes; nil for what is not compressed.
    private static func inflate(_ state: inout z_stream, into head: inout [UInt8]) -> Int? {
        unsafe head.withUnsafeMutableBufferPointer { head in
            unsafe state.next_out = head.baseAddress
            unsafe state.avail_out = UInt32(head.count)
            let code = unsafe CZlib.inflate(&state, Z_NO_FLUSH)
            guard code == Z_OK || code == Z_STREAM_END else { return nil }
            return unsafe head.count - Int(state.avail_out)
        }
    }

    /// Reads `KIND SIZE` and a NUL.
    private static func parsed(_ bytes: ArraySlice<UInt8>) -> (kind: git_object_t, size: Int, start: Int)? {
        guard let end = bytes.firstIndex(of: 0) else { return nil }
        let words = String(decoding: bytes[..<end], as: UTF8.self).split(
            separator: " ",
            omittingEmptySubsequences: false
        )
        guard words.count == 2, let size = Int(words[1]), size >= 0 else { return nil }
        let kind = unsafe git_object_string2type(String(words[0]))
        guard [GIT_OBJECT_BLOB, GIT_OBJECT_TREE, GIT_OBJECT_COMMIT, GIT_OBJECT_TAG].contains(kind) else { return nil }
        return (kind: kind, size: size, start: end + 1)
    }
}
