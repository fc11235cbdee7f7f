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

    /// The numbers of all live descendants, parents before children.
    ///
    /// From `/proc/PID/task/*/children`; a process that forks while this reads may show only in the next call.
    package static func descendants() -> [Int32] {
        var found: [Int32] = []
        var waiting = children(of: getpid())
        while let next = waiting.popLast() {
            found.append(next)
            waiting.append(contentsOf: children(of: next))
        }
        return found
    }

    /// Sends a signal to every descendant.
    /// - Returns: how many there were.
    @discardableResult
    package static func signal(_ number: Int32) -> Int {
        let all = descendants()
        // Nobody but this process reaps them, and it does not between the two lines: the numbers are still theirs,
        // except of grandchildren, which their own parents may reap. A pidfd pins each and the walk is made again.
        for pid in all { signal(number, to: pid) }
        return all.count
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
            signal(SIGKILL)
            if !reap() { return true }
            if MonotonicClock.milliseconds() > end { return false }
            // A killed process is gone in microseconds; there is no descriptor that tells of an unknown child's end.
            usleep(500)
        }
    }

    /// Sends a signal to one process, if there is one of that number.
    package static func signal(_ number: Int32, to pid: Int32) {
        let handle = nacre_pidfd_open(pid)
        guard handle >= 0 else { return }
        let descriptor = Descriptor(owning: handle)
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
