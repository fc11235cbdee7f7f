// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Glibc

/// What can be done with a connected, non-blocking socket.
enum Socket {
    /// How a read or write went.
    enum Outcome: Equatable {
        /// So many bytes; a read of none is the end.
        case done(Int)
        /// It would have to wait.
        case blocked
        /// The connection is broken.
        case failed
    }

    static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        outcome { unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0) }
    }

    static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Outcome {
        outcome { unsafe send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Tells the other end that nothing more comes.
    static func endWriting(_ descriptor: Int32) {
        _ = shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Closes a socket so that the other end sees that it was cut off.
    static func reset(_ descriptor: Int32) {
        nacre_socket_reset_on_close(descriptor)
        close(descriptor)
    }

    private static func outcome(_ call: () -> Int) -> Outcome {
        while true {
            let count = call()
            if count >= 0 { return .done(count) }
            if errno == EAGAIN { return .blocked }
            if errno != EINTR { return .failed }
        }
    }
}
