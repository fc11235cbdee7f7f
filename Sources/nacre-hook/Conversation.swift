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

    private let socket: String
    private let losesOptions: Bool
    private let silenceLimit: Int32

    /// `losesOptions` says whether the push has options that only this conversation can pass on; `silenceLimit` takes the place
    /// of the time that the daemon may be silent in while the pusher waits for builds, in milliseconds.
    init(socket: String, losesOptions: Bool, silenceLimit: Int32? = nil) {
        self.socket = socket
        self.losesOptions = losesOptions
        self.silenceLimit = silenceLimit ?? Self.patienceWithBuilds
    }

    /// Sends the request and copies the answer to standard output until the daemon ends it; `waits` says whether the answer
    /// may take as long as it likes, as long as the daemon lives.
    func run(_ request: [UInt8], waits: Bool) {
        let descriptor = unsafe nacre_unix_connect_within(socket, Self.patience)
        switch descriptor {
        case 0...: break
        case -ENOENT, -ECONNREFUSED:
            return Terminal.warn(
                "the daemon is not running; \(Terminal.consolation)\(losesOptions ? ", without its push options" : "")"
            )
        default:
            let reason = unsafe String(cString: strerror(-descriptor))
            return Terminal.warn("the daemon cannot be reached (\(reason)); if it runs, it finds the push by itself")
        }
        defer { close(descriptor) }
        guard Terminal.write(request[...], to: descriptor), shutdown(descriptor, Int32(SHUT_WR)) == 0 else {
            return Terminal.warn("the daemon did not take the message; the watcher finds the push")
        }
        copyAnswer(from: descriptor, waits: waits)
    }

    private func copyAnswer(from descriptor: Int32, waits: Bool) {
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
                return Terminal.warn(
                    hasBegun && waits
                        ? "the daemon does not answer any more; builds go on, `nacre list` shows them when it is back"
                        : "the daemon does not answer; the push is recorded and will be built"
                )
            }
            if ready < 0 || (descriptors[0].revents == 0 && descriptors[1].revents != 0) { return }
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 {
                // Whoever waits must not take a cut log for the end of the build.
                if waits, !hasEnded {
                    Terminal.warn("the daemon has gone; builds go on, and it takes them up when it is back")
                }
                return
            }
            hasBegun = true
            var text = buffer[..<count]
            text.removeAll { $0 == Self.signOfLife }
            hasEnded = text.last == 0
            if hasEnded { text.removeLast() }
            guard Terminal.write(text, to: STDOUT_FILENO) else { return }
        }
    }
}
