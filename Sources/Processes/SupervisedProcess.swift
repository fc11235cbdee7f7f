// SPDX-License-Identifier: Apache-2.0

internal import CShims
package import Files

/// A process that is watched to its end, whether this process started it or an earlier one did.
package final class SupervisedProcess: Sendable {
    /// Becomes readable when the process has ended.
    package let handle: Descriptor

    /// - Parameter handle: a pidfd.
    package init(_ handle: consuming Descriptor) {
        self.handle = handle
    }

    /// Sends a signal to this very process, or to none when it has ended.
    package func signal(_ number: Int32) {
        _ = nacre_pidfd_send_signal(handle.number, number)
    }

    /// Reaps it, if it has ended and is a child of this process.
    package func reap() {
        var result = nacre_exit()
        _ = unsafe nacre_wait_pidfd(handle.number, false, &result)
    }
}
