// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Stands where the daemon's control socket is: takes each request to its end and gives an answer.
package final class HookServer: Sendable {
    /// Where it listens.
    package let path: String
    private let listener: Int32
    private let taken = Mutex<[[UInt8]]>([])

    /// Listens at once; `answer` is what to say to each request, nil: say nothing, and keep the connection open.
    package init(_ path: String, answer: [UInt8]?) throws {
        self.path = path
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        listener = descriptor
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw Program.Failure(description: "\(path) is too long for a socket")
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let code = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard code == 0, listen(descriptor, 16) == 0 else { throw Program.Failure(description: "\(path): \(errno)") }
        // Ends when the listener is shut down.
        Thread.detachNewThread { [weak self] in
            var open: [Int32] = []
            while case let connection = accept(descriptor, nil, nil), connection >= 0 {
                let handle = FileHandle(fileDescriptor: connection)
                let request = (try? handle.readToEnd()) ?? Data()
                self?.taken.withLock { $0.append(Array(request)) }
                if let answer {
                    try? handle.write(contentsOf: Data(answer))
                    close(connection)
                } else {
                    open.append(connection)
                }
            }
            for connection in open { close(connection) }
            close(descriptor)
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// The requests so far, in order.
    package var requests: [[UInt8]] { taken.withLock { $0 } }
}
