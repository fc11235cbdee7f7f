// SPDX-License-Identifier: Apache-2.0

import CShims
import Glibc

/// One request to the daemon, and its answer.
struct Conversation {
    /// How long the daemon may take until its first byte, or take nothing, or be silent when the pusher waits for nothing;
    /// milliseconds.
    private static let patience: Int32 = 5_000
    /// How long it may be silent while the pusher waits for builds: it sends a sign of life several times as often.
    private static let patienceWithBuilds: Int32 = 60_000
    /// The sign of life (`SYN`); no text of the daemon's has it.
    private static let signOfLife: UInt8 = 0x16
    /// What an answer begins with when the push is not on record (`NAK`).
    private static let refusal: UInt8 = 0x15

    /// What the daemon knows of the push in the end.
    enum Outcome {
        /// It has said something of it.
        case told
        /// It has said that it cannot put it on record now.
        case refused
        /// Nobody is there.
        case absent
        /// It has said nothing, for this reason.
        case untold(String)
    }

    private let socket: String
    private let silenceLimit: Int32

    /// `silenceLimit` takes the place of the time that the daemon may be silent in while the pusher waits for builds, in
    /// milliseconds.
    init(socket: String, silenceLimit: Int32? = nil) {
        self.socket = socket
        self.silenceLimit = silenceLimit ?? Self.patienceWithBuilds
    }

    /// Sends the request and copies the answer to standard output until the daemon ends it; `waits` says whether the answer
    /// may take as long as it likes, as long as the daemon lives.
    func run(_ request: [UInt8], waits: Bool) -> Outcome {
        let descriptor = unsafe nacre_unix_connect_within(socket, Self.patience)
        switch descriptor {
        case 0...: break
        case -ENOENT, -ECONNREFUSED: return .absent
        default: return .untold("the daemon cannot be reached (\(unsafe String(cString: strerror(-descriptor))))")
        }
        defer { close(descriptor) }
        guard Terminal.write(request[...], to: descriptor), shutdown(descriptor, Int32(SHUT_WR)) == 0 else {
            return .untold("the daemon did not take the message")
        }
        return copyAnswer(from: descriptor, waits: waits)
    }

    private func copyAnswer(from descriptor: Int32, waits: Bool) -> Outcome {
        var outcome = Outcome.told
        var hasBegun = false
        var hasEnded = false
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var descriptors = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            // Asked for nothing, told when git has closed the other end: the pusher is gone.
            pollfd(fd: STDOUT_FILENO, events: 0, revents: 0),
        ]
        while true {
            let ready = unsafe poll(&descriptors, 2, waits && hasBegun ? silenceLimit : Self.patience)
            if ready < 0, errno == EINTR { continue }
            if ready == 0 {
                guard hasBegun else { return .untold("the daemon does not answer") }
                if waits {
                    Terminal.warn(
                        "the daemon does not answer any more; builds go on, `nacre list` shows them when it is back"
                    )
                }
                return outcome
            }
            let isPusherGone = descriptors[0].revents == 0 && descriptors[1].revents != 0
            if ready < 0 || isPusherGone { return hasBegun ? outcome : .untold("the pusher has gone") }
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 {
                guard hasBegun else { return .untold("the daemon has gone") }
                // Whoever waits must not take a cut log for the end of the build.
                if waits, !hasEnded {
                    Terminal.warn("the daemon has gone; builds go on, and it takes them up when it is back")
                }
                return outcome
            }
            var text = buffer[..<count]
            if !hasBegun, text.first == Self.refusal {
                outcome = .refused
                text.removeFirst()
            }
            hasBegun = true
            text.removeAll { $0 == Self.signOfLife }
            hasEnded = text.last == 0
            if hasEnded { text.removeLast() }
            guard Terminal.write(text, to: STDOUT_FILENO) else { return outcome }
        }
    }
}
