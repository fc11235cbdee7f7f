// SPDX-License-Identifier: Apache-2.0

internal import CShims
package import Files
internal import Glibc

/// A child that this process started, held by a pidfd so that its number can never mean another process.
package struct ChildProcess: ~Copyable, Sendable {
    /// The child's process number; also its session and group when it was started in a session of its own.
    package let pid: Int32
    /// Becomes readable when the child has ended.
    package let handle: Descriptor

    /// What to start and with what; nothing else of the parent reaches the child.
    package struct Request: Sendable {
        /// Absolute path of the program.
        package var executable: String
        /// `argv`, the program's own name first.
        package var arguments: [String]
        /// `NAME=value` texts.
        package var environment: [String]
        /// Where it starts; nil: where the parent is.
        package var directory: String?
        /// Descriptors that become its 0, 1 and 2.
        ///
        /// Borrowed for the call.
        package var standard: (input: Int32, output: Int32, error: Int32)
        /// A descriptor that becomes its 3.
        ///
        /// Borrowed for the call.
        package var inherited: Int32?
        /// Whether it leads a session of its own, out of reach of the terminal's signals.
        package var startsSession: Bool
        /// Whether descriptor 0, a terminal, becomes the controlling terminal of its new session.
        package var takesTerminal = false
        /// Who it is; nil: who the parent is.
        package var credentials: Credentials?
        /// Open `cgroup.procs` files of control groups that it joins before its program starts.
        ///
        /// Borrowed for the call.
        package var controlGroups: [Int32] = []
        /// How readily the kernel ends it when memory is short, from -1000 to 1000; 0: as readily as the parent.
        package var oomScoreAdjustment: Int32 = 0

        package init(
            executable: String,
            arguments: [String],
            environment: [String],
            directory: String? = nil,
            standard: (input: Int32, output: Int32, error: Int32),
            inherited: Int32? = nil,
            startsSession: Bool = true
        ) {
            self.executable = executable
            self.arguments = arguments
            self.environment = environment
            self.directory = directory
            self.standard = standard
            self.inherited = inherited
            self.startsSession = startsSession
        }

        /// Whether the child differs from the parent in more than `posix_spawn(3)` can change.
        fileprivate var changesIdentity: Bool {
            credentials != nil || !controlGroups.isEmpty || takesTerminal || oomScoreAdjustment != 0
        }
    }

    /// Starts a child (`posix_spawn(3)`, or a like way where it becomes another user or joins control groups).
    /// - Throws: `FileError` with the child's own reason when its folder or program cannot be used.
    package static func spawn(_ request: Request) throws(FileError) -> ChildProcess {
        var pid: pid_t = 0
        var handle: Int32 = -1
        let code = unsafe withCStrings(request.arguments) { arguments in
            unsafe withCStrings(request.environment) { environment in
                unsafe withOptionalCString(request.directory) { directory in
                    unsafe request.executable.withCString { executable in
                        var raw = unsafe nacre_spawn_request(
                            executable: executable,
                            arguments: arguments,
                            environment: environment,
                            directory: directory,
                            input: request.standard.input,
                            output: request.standard.output,
                            error: request.standard.error,
                            inherited: request.inherited ?? -1,
                            new_session: request.startsSession
                        )
                        guard request.changesIdentity else { return unsafe nacre_spawn(&raw, &pid, &handle) }
                        return unsafe spawn(raw, becoming: request, &pid, &handle)
                    }
                }
            }
        }
        try FileError.checkCode("posix_spawn", request.executable, code)
        return ChildProcess(pid: pid, handle: Descriptor(owning: handle))
    }

    private static func spawn(
        _ raw: nacre_spawn_request,
        becoming request: Request,
        _ pid: UnsafeMutablePointer<pid_t>,
        _ handle: UnsafeMutablePointer<Int32>
    ) -> Int32 {
        let groups = request.credentials?.groups ?? []
        return unsafe groups.withUnsafeBufferPointer { groups in
            unsafe request.controlGroups.withUnsafeBufferPointer { controlGroups in
                var options = unsafe nacre_spawn_options(
                    start: raw,
                    use_credentials: request.credentials != nil,
                    uid: request.credentials?.user ?? 0,
                    gid: request.credentials?.group ?? 0,
                    groups: groups.baseAddress,
                    group_count: groups.count,
                    cgroup_fds: controlGroups.baseAddress,
                    cgroup_count: controlGroups.count,
                    takes_terminal: request.takesTerminal,
                    oom_score_adj: request.oomScoreAdjustment,
                    pid: pid,
                    pidfd: handle
                )
                return unsafe nacre_spawn_as(&options)
            }
        }
    }

    /// Reaps the child if it has ended.
    /// - Returns: nil while it runs.
    package func poll() throws(FileError) -> ExitStatus? {
        var result = nacre_exit()
        let code = unsafe nacre_wait_pidfd(handle.number, false, &result)
        if code == EAGAIN { return nil }
        try FileError.checkCode("waitid", nil, code)
        return ExitStatus(result)
    }

    /// Blocks until the child has ended, and reaps it.
    package func wait() throws(FileError) -> ExitStatus {
        var result = nacre_exit()
        try FileError.checkCode("waitid", nil, unsafe nacre_wait_pidfd(handle.number, true, &result))
        return ExitStatus(result)
    }

    /// Gives up the child for its pidfd; whoever has that may still reap it.
    package consuming func releaseHandle() -> Descriptor {
        handle
    }

    /// Sets how many files it may open, which it hands on to what it starts from then on.
    package func limitFiles(to count: Int) {
        // Not reaped, so the number is its own.
        _ = nacre_set_file_limit(pid, count)
    }

    /// Sends a signal to this very process; none when it has been reaped.
    package func signal(_ number: Int32) {
        _ = nacre_pidfd_send_signal(handle.number, number)
    }
}

/// Lends C strings in a NULL-terminated array for the length of `body`.
private func withCStrings<Result>(
    _ texts: [String],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    // One block of bytes and offsets into it: a spawn should not cost an allocation for each variable.
    var bytes: [UInt8] = []
    var offsets: [Int] = []
    bytes.reserveCapacity(texts.reduce(0) { $0 + $1.utf8.count + 1 })
    for text in texts {
        offsets.append(bytes.count)
        bytes.append(contentsOf: text.utf8)
        bytes.append(0)
    }
    return unsafe bytes.withUnsafeBytes { storage in
        let characters = unsafe storage.assumingMemoryBound(to: CChar.self)
        var pointers: [UnsafePointer<CChar>?] = unsafe []
        unsafe pointers.reserveCapacity(offsets.count + 1)
        for offset in offsets { unsafe pointers.append(characters.baseAddress.map { unsafe $0 + offset }) }
        unsafe pointers.append(nil)
        return unsafe pointers.withUnsafeBufferPointer { list in
            // The array has at least its terminator, so it has an address.
            guard let first = list.baseAddress else { preconditionFailure("an array with an element has an address") }
            return unsafe body(first)
        }
    }
}

private func withOptionalCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    if let text { unsafe text.withCString(body) } else { body(nil) }
}
