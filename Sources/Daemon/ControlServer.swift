// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc

/// Listens on the control socket.
final class ControlServer: Sendable {
    private let listener: Descriptor
    private let path: String

    /// Makes the socket, mode 0600.
    ///
    /// The caller holds the home's lock, so a socket that is there is an old one.
    init(path: String) throws(FileError) {
        _ = unsafe unlink(path)
        self.path = path
        listener = Descriptor(owning: try FileError.checkNegated("listen", path, unsafe nacre_unix_listen(path, 512)))
    }

    /// Accepts connections until the task is cancelled; each is served by a task of its own, which ends with its client
    /// or is cancelled with this one.
    ///
    /// Returns when all have ended.
    func run(_ serve: @escaping @Sendable (SocketConnection) async -> Void) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                await Readiness.wait(listener, .reading)
                while true {
                    let number = nacre_unix_accept(listener.number)
                    if number < 0 {
                        // Out of descriptors: the clients that wait are served when others have ended.
                        if number == -EMFILE || number == -ENFILE { try? await Task.sleep(for: .milliseconds(20)) }
                        break
                    }
                    let connection = SocketConnection(Descriptor(owning: number))
                    group.addTask { await serve(connection) }
                }
            }
        }
    }

    /// Removes the socket: from now on clients see at once that nobody is here.
    func close() {
        _ = unsafe unlink(path)
    }
}
