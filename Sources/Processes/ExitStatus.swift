// SPDX-License-Identifier: Apache-2.0

internal import CShims

/// How a process ended.
package enum ExitStatus: Sendable, Hashable {
    /// It returned this code, 0 to 255.
    case exited(Int32)
    /// A signal with this number ended it.
    case signaled(Int32)

    init(_ result: nacre_exit) {
        self = result.signaled ? .signaled(result.status) : .exited(result.status)
    }

    /// The code as a shell tells it in `$?`: 128 + the number for a signal.
    package var shellCode: Int32 {
        switch self {
        case .exited(let code): code
        case .signaled(let number): 128 + number
        }
    }

    /// The signal that ended it, or, by the code that it returned, a command that it ran last; nil when there is none.
    ///
    /// A shell returns 128 and the number; a program may return such a code by itself.
    package var likelySignal: Int32? {
        switch self {
        case .signaled(let number): number
        case .exited(let code): SignalName.of(code - 128) == nil ? nil : code - 128
        }
    }

    /// Whether it returned 0.
    package var isSuccess: Bool { self == .exited(0) }
}
