// SPDX-License-Identifier: Apache-2.0

internal import Audits
internal import CShims
internal import Files
internal import Glibc

/// One client on the control socket.
final class SocketConnection: Sendable {
    /// Who is at the other end, as the kernel tells it.
    let peer: AuditActor
    private let socket: Descriptor

    /// Takes over an accepted, non-blocking socket.
    init(_ socket: consuming Descriptor) {
        var pid: pid_t = 0
        var uid: uid_t = 0
        var gid: gid_t = 0
        _ = unsafe nacre_peer_credentials(socket.number, &pid, &uid, &gid)
        peer = AuditActor(uid: uid, pid: pid, session: AuditActor.session(of: pid))
        self.socket = socket
    }

    /// The next bytes; empty when the client has finished speaking.
    func read(atMost limit: Int = 65_536) async throws(FileError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: limit)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(socket.number, $0.baseAddress, limit) }
            if count >= 0 { return Array(buffer[..<count]) }
            let code = errno
            guard code == EAGAIN || code == EINTR, !Task.isCancelled else {
                throw FileError(code: code, function: "read")
            }
            if code == EAGAIN { await Readiness.wait(socket, .reading) }
        }
    }

    /// Sends all the bytes, as fast as the client takes them.
    func write(_ bytes: [UInt8]) async throws(FileError) {
        var sent = 0
        while sent < bytes.count {
            let start = sent
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    socket.number,
                    UnsafeRawBufferPointer(rebasing: buffer[start...]).baseAddress,
                    bytes.count - start
                )
            }
            if count >= 0 {
                sent += count
                continue
            }
            let code = errno
            guard code == EAGAIN || code == EINTR, !Task.isCancelled else {
                throw FileError(code: code, function: "write")
            }
            if code == EAGAIN { await Readiness.wait(socket, .writing) }
        }
    }

    /// Sends a text as UTF-8.
    func write(_ text: String) async throws(FileError) {
        try await write(Array(text.utf8))
    }
}
