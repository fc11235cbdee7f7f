// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// The socket on which a service manager hears its services (sd_notify(3)).
package final class NotifySocket: Sendable {
    /// What a service finds in `NOTIFY_SOCKET`.
    package let address: String
    private let socket: Int32
    private let heard = Mutex<[String]>([])

    /// Listens.
    ///
    /// * `address`: a path, or `@NAME` for a name without a file.
    package init(_ address: String) throws {
        self.address = address
        socket = Glibc.socket(
            AF_UNIX,
            Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue),
            0
        )
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(address.utf8)
        guard bytes.count < 108 else { throw Program.Failure(description: "\(address) is too long for a socket") }
        unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let isAbstract = bytes.first == UInt8(ascii: "@")
        if isAbstract { name.sun_path.0 = 0 }
        let length = socklen_t(isAbstract ? 2 + bytes.count : MemoryLayout<sockaddr_un>.size)
        let code = unsafe withUnsafePointer(to: name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(socket, $0, length) }
        }
        guard code == 0 else { throw Program.Failure(description: "no socket at \(address): errno \(errno)") }
    }

    deinit {
        close(socket)
    }

    /// Every message so far, its lines joined by spaces.
    package var messages: [String] {
        heard.withLock { heard in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = unsafe recv(socket, &buffer, buffer.count, 0)
                guard count > 0 else { return heard }
                let text = String(decoding: buffer[..<count], as: UTF8.self)
                heard.append(text.replacing("\n", with: " "))
            }
        }
    }

    /// How often the watchdog has been fed.
    package var pings: Int { messages.count { $0 == "WATCHDOG=1" } }
}
