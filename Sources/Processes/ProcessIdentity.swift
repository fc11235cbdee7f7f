// SPDX-License-Identifier: Apache-2.0

internal import CShims
package import Files
internal import Glibc

/// Which process, beyond doubt: numbers are used again, the pair of number and start time since boot is not.
package struct ProcessIdentity: Sendable, Hashable {
    package let pid: Int32
    /// Clock ticks from boot to the process's start, field 22 of `/proc/PID/stat`.
    package let startTicks: UInt64
    /// `/proc/sys/kernel/random/boot_id`.
    package let boot: String

    /// The identity of a running process; nil when there is none of that number.
    package init?(of pid: Int32) {
        guard let ticks = ProcessFacts(of: pid)?.startTicks else { return nil }
        self.pid = pid
        startTicks = ticks
        boot = Self.currentBoot()
    }

    /// Reads what `text` wrote.
    package init?(text: String) {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "\n" })
        guard words.count == 3, let pid = Int32(words[0]), let ticks = UInt64(words[1]) else { return nil }
        self.pid = pid
        startTicks = ticks
        boot = String(words[2])
    }

    /// One line, `PID TICKS BOOT`.
    package var text: String { "\(pid) \(startTicks) \(boot)\n" }

    /// A pidfd of this very process.
    /// - Returns: nil when it has ended, even if its number has been given to another.
    package func open() -> Descriptor? {
        guard boot == Self.currentBoot() else { return nil }
        let number = nacre_pidfd_open(pid)
        guard number >= 0 else { return nil }
        let handle = Descriptor(owning: number)
        // Asked after the pidfd was opened: from here on the number cannot change hands unnoticed.
        guard ProcessFacts(of: pid)?.startTicks == startTicks else { return nil }
        return handle
    }

    /// Whether this very process has a file open: who may write into a lock file can name any process, but hold it by none.
    package func hasOpen(_ path: String) -> Bool {
        var (wanted, found) = (stat(), stat())
        guard unsafe lstat(path, &wanted) == 0, let names = try? DirectoryListing.names(of: "/proc/\(pid)/fd") else {
            return false
        }
        let isOpen = names.contains { name in
            unsafe stat("/proc/\(pid)/fd/\(name)", &found) == 0 && found.st_dev == wanted.st_dev
                && found.st_ino == wanted.st_ino
        }
        // Asked afterwards: it was the same process all the time.
        return isOpen && boot == Self.currentBoot() && ProcessFacts(of: pid)?.startTicks == startTicks
    }

    /// Sends a signal to this very process, or to none.
    /// - Returns: whether it still ran.
    package func signal(_ number: Int32) -> Bool {
        guard let handle = open() else { return false }
        return nacre_pidfd_send_signal(handle.number, number) == 0
    }

    /// Which boot of the machine this is.
    package static func currentBoot() -> String {
        guard let file = try? Descriptor.open("/proc/sys/kernel/random/boot_id", O_RDONLY),
            let bytes = try? file.readToEnd()
        else { return "unknown" }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
