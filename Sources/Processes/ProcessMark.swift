// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc

/// A number that a process hands on to all that it starts, and they to theirs, whatever they do to their environment, session
/// and descriptors.
///
/// It is a soft limit that no process comes near (`RLIMIT_RTTIME`, in `setrlimit(2)`), and so changes nothing for them. Only
/// one that sets this very limit loses it.
package struct ProcessMark: Sendable, Hashable {
    /// The line of `/proc/PID/limits` that shows it.
    private static let line = Array("Max realtime timeout".utf8)

    private let number: UInt64

    /// The mark of all that belongs to something with a UUID; nil when that is none.
    package init?(uuid: String) {
        // Digits that are random in every kind of UUID. Large enough to be no limit: tens of thousands of years.
        let digits = uuid.utf8.filter { $0 != UInt8(ascii: "-") }
        guard digits.count == 32, let number = UInt64(String(decoding: digits.suffix(15), as: UTF8.self), radix: 16)
        else { return nil }
        self.number = 1 << 60 | number
    }

    /// Marks this process and all that it starts from now on.
    ///
    /// A machine that does not allow it has one way less to find what was left.
    package func set() {
        _ = nacre_set_mark(number)
    }

    /// Whether a process has it.
    package func isOn(_ pid: Int32) -> Bool {
        guard let bytes = try? AtomicFile.read("/proc/\(pid)/limits", limit: 64 << 10),
            let line = bytes.split(separator: UInt8(ascii: "\n")).first(where: { $0.starts(with: Self.line) })
        else { return false }
        let soft = line.dropFirst(Self.line.count).split(separator: UInt8(ascii: " ")).first
        return soft.flatMap { UInt64(String(decoding: $0, as: UTF8.self)) } == number
    }
}
