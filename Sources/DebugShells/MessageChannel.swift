// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc

/// One end of a conversation: a non-blocking socket, what has come and is not a whole message yet, and what has not gone
/// out yet.
final class MessageChannel {
    let socket: Descriptor
    private var incoming: [UInt8] = []
    private var outgoing = ByteQueue()

    /// Whether the other end has closed its side, or the connection broke.
    private(set) var hasEnded = false

    init(_ socket: consuming Descriptor) {
        self.socket = socket
        _ = nacre_set_nonblocking(self.socket.number, true)
    }

    /// Connects to a listening socket.
    ///
    /// * `milliseconds`: how long it may take to be accepted.
    static func connect(_ path: String, within milliseconds: Int32 = 10_000) throws(FileError) -> MessageChannel {
        let number = unsafe nacre_unix_connect_within(path, milliseconds)
        return MessageChannel(Descriptor(owning: try FileError.checkNegated("connect", path, number)))
    }

    /// How many bytes wait to be sent.
    var backlog: Int { outgoing.count }

    /// Queues a message; sent as far as the other end takes it.
    func send(_ message: DebugMessage) {
        if hasEnded { return }
        outgoing.append(message.encoded[...])
        flush()
    }

    /// Sends what waits, as much as goes.
    func flush() {
        if !outgoing.write(to: socket.number) { hasEnded = true }
    }

    /// Takes in what has come, at most as much as one message of data.
    ///
    /// Whoever takes the messages out before it calls again has a bound on what lies here.
    func receive() {
        guard !hasEnded else { return }
        var chunk = [UInt8](repeating: 0, count: DebugMessage.dataLimit)
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(socket.number, $0.baseAddress, $0.count) }
        if count > 0 {
            incoming.append(contentsOf: chunk[..<count])
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            hasEnded = true
        }
    }

    /// The next whole message; nil when more must come first.
    func next() throws(DebugShellError) -> DebugMessage? {
        guard let length = try DebugMessage.length(of: incoming[...]), incoming.count >= length else { return nil }
        let message = try DebugMessage(incoming[..<length])
        incoming.removeFirst(length)
        return message
    }
}
