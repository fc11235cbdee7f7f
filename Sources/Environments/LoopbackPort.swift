// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Glibc

/// Ports of the loopback interface.
enum LoopbackPort {
    /// Where instances get theirs: outside of what Linux gives to outgoing connections.
    private static let range = 20_000...31_999

    /// Whether nobody listens on a port at this moment.
    static func isFree(_ port: Int) -> Bool {
        guard let number = UInt16(exactly: port) else { return false }
        let listener = nacre_tcp_listen(false, number, 1)
        if listener < 0 { return false }
        close(listener)
        let other = nacre_tcp_listen(true, number, 1)
        if other < 0 { return other != -EADDRINUSE }
        close(other)
        return true
    }

    /// A port that nobody listens on, for an instance; nil when there seems to be none.
    static func forInstance() -> UInt16? {
        for _ in 0..<1_000 {
            let port = Int.random(in: range)
            if isFree(port) { return UInt16(port) }
        }
        return nil
    }
}
