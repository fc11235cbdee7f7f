// SPDX-License-Identifier: Apache-2.0

package import Files
internal import Glibc
package import Processes

/// The signals by which others tell a supervisor to end its build.
///
/// SIGTERM and SIGHUP ask for a graceful end, however often they come; SIGINT asks for an immediate one.
package final class CommandSignals {
    /// Becomes readable when a signal waits, or a child has ended.
    package let queue: SignalQueue

    private static let wishes = [SIGTERM, SIGINT, SIGHUP]

    /// Blocks the signals; call it before any thread is started.
    package init() throws(FileError) {
        queue = try SignalQueue(Self.wishes + [SIGCHLD])
    }

    /// Whether a wish waits to be taken; may be asked on any thread.
    static func isWaiting() -> Bool {
        SignalQueue.isWaiting(wishes)
    }

    /// The most urgent wish among the signals that wait; `none` when there is none.
    package func take() -> StopRequest {
        var request = StopRequest.none
        while let signal = queue.next() {
            if signal == SIGINT { request = .immediate } else if signal != SIGCHLD { request = max(request, .graceful) }
        }
        return request
    }
}
