// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc

/// Processes that belong together but whose common ancestor is gone: known by a variable of their environment, or by a mark.
package enum StrayProcesses {
    /// Kills every process of this user whose environment, as it was when it started, has a variable of this value.
    ///
    /// Goes on until none is left, as one may fork while others are killed.
    /// - Parameters:
    ///   - name: the variable's.
    ///   - value: the variable's.
    ///   - mark: those that have it are killed, too.
    /// - Returns: how many were killed.
    @discardableResult
    package static func kill(variable name: String, value: String, mark: ProcessMark? = nil) -> Int {
        let wanted = Array("\(name)=\(value)".utf8)
        let belongs: (Int32) -> Bool = { pid in (mark?.isOn(pid) ?? false) || has(pid, wanted) }
        var killed: Set<Int32> = []
        for _ in 0..<100 {
            let found = processes(where: belongs)
            if found.isEmpty { break }
            for pid in found where kill(pid, if: belongs) { killed.insert(pid) }
            usleep(1000)
        }
        return killed.count
    }

    private static func kill(_ pid: Int32, if belongs: (Int32) -> Bool) -> Bool {
        let number = nacre_pidfd_open(pid)
        guard number >= 0 else { return false }
        let handle = Descriptor(owning: number)
        // Asked again now that the number is pinned.
        return belongs(pid) && nacre_pidfd_send_signal(handle.number, SIGKILL) == 0
    }

    private static func processes(where belongs: (Int32) -> Bool) -> [Int32] {
        let names = (try? DirectoryListing.names(of: "/proc")) ?? []
        // One that has ended still shows its limits, for as long as its parent does not notice.
        return names.compactMap { Int32($0) }.filter { pid in
            pid != getpid() && belongs(pid) && !(ProcessFacts(of: pid)?.isZombie ?? true)
        }
    }

    private static func has(_ pid: Int32, _ wanted: [UInt8]) -> Bool {
        guard let bytes = try? AtomicFile.read("/proc/\(pid)/environ", limit: 4 << 20) else { return false }
        return bytes.split(separator: 0).contains { $0.elementsEqual(wanted) }
    }
}
