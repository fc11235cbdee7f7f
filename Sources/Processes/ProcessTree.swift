// SPDX-License-Identifier: Apache-2.0

internal import CShims
package import Files
internal import Glibc

/// All that this process has started, and all that those have started.
///
/// A subreaper inherits every orphan of its own descendants, so a process that forks twice, or leads a session of its own,
/// still stands in the tree. See `prctl(2)`, PR_SET_CHILD_SUBREAPER.
package enum ProcessTree {
    /// Makes this process the heir of its orphaned descendants.
    ///
    /// Call it before the first child.
    package static func becomeSubreaper() throws(FileError) {
        try FileError.checkCode("prctl", nil, nacre_become_subreaper())
    }

    /// All live descendants with the parents that they had, these before them.
    ///
    /// From `/proc/PID/task/*/children`; a process that forks while this reads may show only in the next call.
    private static func descendants() -> [(pid: Int32, parent: Int32)] {
        var found: [(pid: Int32, parent: Int32)] = []
        var waiting = [getpid()]
        while let parent = waiting.popLast() {
            for pid in children(of: parent) {
                found.append((pid, parent))
                waiting.append(pid)
            }
        }
        return found
    }

    /// Sends a signal to every descendant.
    package static func signal(_ number: Int32) {
        // All are found before the first is told: one that ends leaves its children to this process, out of their place.
        let own = getpid()
        for (pid, parent) in descendants() { signal(number, to: pid, childOf: [parent, own]) }
    }

    /// Kills what can be found at once of all descendants.
    ///
    /// Each generation before anybody looks for the next: a process that is killed forks no more, and is caught before it can
    /// hand itself on to a child. What it has started stands beneath it or, orphaned, beneath this process the next time.
    private static func kill() {
        let own = getpid()
        var generation = children(of: own)
        // Nobody but this process reaps its children, and it does not meanwhile: the numbers are theirs.
        for pid in generation { signal(SIGKILL, to: pid) }
        while !generation.isEmpty {
            var next: [Int32] = []
            for parent in generation {
                for pid in children(of: parent) {
                    signal(SIGKILL, to: pid, childOf: [parent, own])
                    next.append(pid)
                }
            }
            generation = next
        }
    }

    /// Reaps every child that has ended.
    /// - Returns: whether any child is left.
    package static func reap() -> Bool {
        var result = nacre_exit()
        while true {
            let pid = unsafe nacre_reap_any(&result)
            if pid == 0 { return true }
            if pid < 0 { return false }
        }
    }

    /// Reaps every child that has ended but those that somebody else waits for.
    package static func reap(except kept: [Int32]) {
        while unsafe kept.withUnsafeBufferPointer({ unsafe nacre_reap_any_but($0.baseAddress, Int32($0.count)) }) > 0 {}
    }

    /// Kills every descendant and waits until none is left.
    /// - Parameter deadline: how long to go on, in milliseconds of the monotonic clock.
    /// - Returns: whether the tree is empty. A process in uninterruptible sleep may outlive the deadline.
    package static func killAll(within deadline: Int64) -> Bool {
        let end = MonotonicClock.milliseconds() + deadline
        while true {
            kill()
            if !reap() { return true }
            if MonotonicClock.milliseconds() > end { return false }
            // A killed process is gone in microseconds; there is no descriptor that tells of an unknown child's end.
            usleep(500)
        }
    }

    /// Sends a signal to one process, if there is one of that number.
    ///
    /// * `parents`: what its parent may be, as another may have reaped it, and the number be somebody else's now; asked when it
    ///   cannot change hands any more. Nil: anything.
    package static func signal(_ number: Int32, to pid: Int32, childOf parents: [Int32]? = nil) {
        let handle = nacre_pidfd_open(pid)
        guard handle >= 0 else { return }
        let descriptor = Descriptor(owning: handle)
        if let parents, !(ProcessFacts(of: pid).map { parents.contains($0.parent) } ?? false) { return }
        _ = nacre_pidfd_send_signal(descriptor.number, number)
    }

    /// The numbers of the live children of a process.
    package static func children(of pid: Int32) -> [Int32] {
        // One thread's children only are listed under it; a program with threads may fork in any of them.
        let tasks = "/proc/\(pid)/task"
        var result: [Int32] = []
        for task in (try? DirectoryListing.names(of: tasks)) ?? [] {
            guard let file = try? Descriptor.open("\(tasks)/\(task)/children", O_RDONLY),
                let bytes = try? file.readToEnd()
            else { continue }
            for word in bytes.split(separator: UInt8(ascii: " ")) {
                if let number = Int32(String(decoding: word, as: UTF8.self)) { result.append(number) }
            }
        }
        return result
    }
}
