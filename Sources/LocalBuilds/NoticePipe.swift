// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc

/// The pipe by which supervisors tell that a log has grown.
///
/// Not inotify, whose end the kernel lets a process wait for: several milliseconds.
final class NoticePipe: Sendable {
    /// Becomes readable with every notice.
    let reading: Descriptor
    /// What supervisors write to.
    let writing: Descriptor

    init() throws(FileError) {
        let ends = try Descriptor.pipe()
        reading = Descriptor(owning: ends.reading)
        writing = Descriptor(owning: ends.writing)
        _ = nacre_set_nonblocking(reading.number, true)
        _ = nacre_set_nonblocking(writing.number, true)
    }

    /// Takes all notices that wait.
    func drain() {
        var bytes: [4096 of UInt8] = .init(repeating: 0)
        while unsafe read(reading.number, &bytes, 4096) == 4096 {}
    }
}
