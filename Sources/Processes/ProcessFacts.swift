// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// What `/proc/PID/stat` tells of a process.
struct ProcessFacts {
    /// Whether it has ended and only waits for its parent to notice.
    let isZombie: Bool
    let parent: Int32
    /// Clock ticks from boot to its start, field 22.
    let startTicks: UInt64

    /// Nil when there is no process of that number.
    init?(of pid: Int32) {
        guard let file = try? Descriptor.open("/proc/\(pid)/stat", O_RDONLY), let bytes = try? file.readToEnd(),
            // The second field is the program's name in brackets and may hold anything, also spaces and brackets.
            let bracket = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = bytes[(bracket + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19, let parent = Int32(String(decoding: fields[1], as: UTF8.self)),
            let ticks = UInt64(String(decoding: fields[19], as: UTF8.self))
        else { return nil }
        isZombie = fields[0].first == UInt8(ascii: "Z") || fields[0].first == UInt8(ascii: "X")
        self.parent = parent
        startTicks = ticks
    }
}
