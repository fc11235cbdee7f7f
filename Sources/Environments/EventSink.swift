// SPDX-License-Identifier: Apache-2.0

/// Whoever waits for descriptors.
protocol EventSink: AnyObject {
    /// A descriptor is ready for something that was asked for, or broken.
    func isReady(_ descriptor: Int32, _ readiness: Interest)
}

/// What a descriptor is waited for, or is ready for (`epoll_ctl(2)`).
struct Interest: OptionSet, Hashable {
    let rawValue: UInt32

    /// Something can be read, or the end has come (`EPOLLIN`).
    static let reading = Interest(rawValue: 0x1)
    /// Something can be written (`EPOLLOUT`).
    static let writing = Interest(rawValue: 0x4)
    /// Told, never asked for: it is broken (`EPOLLERR`, `EPOLLHUP`).
    static let broken = Interest(rawValue: 0x8 | 0x10)
}
