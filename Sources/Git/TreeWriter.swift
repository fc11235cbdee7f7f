// SPDX-License-Identifier: Apache-2.0

internal import CGit2
internal import Glibc
internal import Synchronization

/// Writes a planned tree into an empty directory.
///
/// Nothing can lead outside: names are single parts, every directory is made by us and must not exist before, files are
/// made with `O_EXCL|O_NOFOLLOW`, and links come last.
final class TreeWriter: Sendable {
    private struct Progress {
        var bytes = 0
        var failure: GitError?
    }

    /// How many files a thread takes at a time: large enough to stay within a directory, small enough to share evenly.
    private static let chunk = 64

    private let plan: TreePlan
    private let limits: CheckoutLimits
    private let isStopped: @Sendable () -> Bool
    private let target: String
    /// The target directory; owned.
    private let root: Int32
    private let next = Atomic(0)
    private let progress = Mutex(Progress())

    init(
        _ plan: TreePlan,
        to target: String,
        limits: CheckoutLimits,
        isStopped: @escaping @Sendable () -> Bool
    ) throws(GitError) {
        self.plan = plan
        self.isStopped = isStopped
        self.target = target
        self.limits = limits
        root = unsafe open(target, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if root < 0 { throw Self.failure("open", target) }
    }

    deinit {
        close(root)
    }

    /// The number of bytes that all files together have.
    var writtenBytes: Int { progress.withLock { $0.bytes } }

    /// Makes all directories; to be called once, before any file.
    func makeDirectories() throws(GitError) {
        for directory in plan.directories.dropFirst() {
            let code = unsafe withName(directory) { unsafe mkdirat(root, $0, 0o777) }
            if code < 0 { throw failure("mkdirat", directory) }
        }
    }

    /// Writes files until none is left; may run on several threads at once, each with a repository of its own.
    func writeFiles(from repository: GitRepository) {
        do throws(GitError) {
            var database: OpaquePointer?
            try unsafe LibGit2.check(
                "git_repository_odb",
                repository.path,
                git_repository_odb(&database, repository.handle)
            )
            defer { unsafe git_odb_free(database) }
            var opened: (index: Int32, descriptor: Int32) = (0, root)
            defer { if opened.index != 0 { close(opened.descriptor) } }
            while case let start = next.add(Self.chunk, ordering: .relaxed).oldValue, start < plan.files.count {
                if progress.withLock({ $0.failure != nil }) { return }
                var bytes = 0
                for file in plan.files[start..<min(start + Self.chunk, plan.files.count)] {
                    if isStopped() {
                        throw GitError(.stopped, operation: "checkout", message: "it was stopped", path: target)
                    }
                    if file.directory != opened.index {
                        let descriptor = try openDirectory(file.directory)
                        if opened.index != 0 { close(opened.descriptor) }
                        opened = (index: file.directory, descriptor: descriptor)
                    }
                    bytes += try unsafe write(file, in: opened.descriptor, from: database)
                }
                try count(bytes)
            }
        } catch {
            progress.withLock { progress in
                if progress.failure == nil { progress.failure = error }
            }
        }
    }

    /// Makes the links; to be called once, after all files.
    /// - Throws: also what went wrong while files were written.
    func finish(from repository: GitRepository) throws(GitError) {
        if let failure = progress.withLock({ $0.failure }) { throw failure }
        guard !plan.links.isEmpty else { return }
        var database: OpaquePointer?
        try unsafe LibGit2.check(
            "git_repository_odb",
            repository.path,
            git_repository_odb(&database, repository.handle)
        )
        defer { unsafe git_odb_free(database) }
        for link in plan.links {
            let directory = link.directory == 0 ? root : try openDirectory(link.directory)
            defer { if link.directory != 0 { close(directory) } }
            try unsafe read(link, from: database, limit: Int(PATH_MAX)) { bytes throws(GitError) in
                let destination = unsafe Array(bytes) + [0]
                let code = unsafe destination.withUnsafeBytes { text in
                    unsafe withName(link.name) { name in
                        unsafe symlinkat(text.baseAddress?.assumingMemoryBound(to: CChar.self) ?? name, directory, name)
                    }
                }
                if code < 0 { throw failure("symlinkat", link) }
            }
        }
    }

    private func count(_ bytes: Int) throws(GitError) {
        let total = progress.withLock { progress in
            progress.bytes += bytes
            return progress.bytes
        }
        if total > limits.bytes {
            let message = "the commit has more than \(limits.bytes) bytes"
            throw GitError(.tooLarge, operation: "git_odb_read", message: message, path: target)
        }
    }

    private func openDirectory(_ index: Int32) throws(GitError) -> Int32 {
        let name = plan.directories[Int(index)]
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let descriptor = unsafe withName(name) { unsafe openat(root, $0, flags) }
        if descriptor < 0 { throw failure("openat", name) }
        return descriptor
    }

    /// Writes one file; answers its size.
    private func write(
        _ file: TreePlan.Item,
        in directory: Int32,
        from database: OpaquePointer?
    ) throws(GitError) -> Int {
        try unsafe read(file, from: database, limit: limits.fileBytes) { bytes throws(GitError) in
            let mode: mode_t = file.isExecutable ? 0o777 : 0o666
            let descriptor = unsafe withName(file.name) {
                unsafe openat(directory, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
            }
            if descriptor < 0 { throw failure("openat", file) }
            defer { close(descriptor) }
            var rest = unsafe bytes[...]
            while unsafe !rest.isEmpty {
                let start = unsafe UnsafeRawBufferPointer(rebasing: rest).baseAddress
                let written = unsafe Glibc.write(descriptor, start, rest.count)
                if written >= 0 {
                    unsafe rest = unsafe rest.dropFirst(written)
                } else if errno != EINTR {
                    throw failure("write", file)
                }
            }
            return bytes.count
        }
    }

    /// Unpacks a blob and lends its bytes to `body`.
    private func read<Value>(
        _ item: TreePlan.Item,
        from database: OpaquePointer?,
        limit: Int,
        _ body: (UnsafeRawBufferPointer) throws(GitError) -> Value
    ) throws(GitError) -> Value {
        var raw = item.id.raw
        var size = 0
        var type = GIT_OBJECT_INVALID
        // The size first: the blob is unpacked as a whole, and its author chose how large it is.
        try unsafe LibGit2.check(
            "git_odb_read_header",
            plan.path(of: item),
            git_odb_read_header(&size, &type, database, &raw)
        )
        guard size <= limit else {
            let message = "the file has \(size) bytes, more than \(limit)"
            throw GitError(.tooLarge, operation: "git_odb_read_header", message: message, path: plan.path(of: item))
        }
        var object: OpaquePointer?
        try unsafe LibGit2.check("git_odb_read", plan.path(of: item), git_odb_read(&object, database, &raw))
        defer { unsafe git_odb_object_free(object) }
        guard unsafe git_odb_object_type(object) == GIT_OBJECT_BLOB else {
            let message = "\(item.id) is not a blob"
            throw GitError(.invalid, operation: "git_odb_read", message: message, path: plan.path(of: item))
        }
        let count = unsafe git_odb_object_size(object)
        return try unsafe body(UnsafeRawBufferPointer(start: git_odb_object_data(object), count: count))
    }

    /// Lends a name of the plan as a C string.
    private func withName(_ start: Int32, _ body: (UnsafePointer<CChar>) -> Int32) -> Int32 {
        unsafe plan.names.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return -1 }
            // Each name in the plan ends with a NUL.
            return unsafe body((base + Int(start)).assumingMemoryBound(to: CChar.self))
        }
    }

    private func failure(_ function: String, _ item: TreePlan.Item) -> GitError {
        let code = errno
        return Self.failure(function, target + "/" + plan.path(of: item), code)
    }

    private func failure(_ function: String, _ directory: Int32) -> GitError {
        let code = errno
        let name = plan.names[Int(directory)...].prefix { $0 != 0 }
        return Self.failure(function, target + "/" + String(decoding: name, as: UTF8.self), code)
    }

    private static func failure(_ function: String, _ path: String, _ code: Int32 = errno) -> GitError {
        GitError(.fileSystem, operation: function, message: unsafe String(cString: strerror(code)), path: path)
    }
}
