// SPDX-License-Identifier: Apache-2.0

/// Who noticed that a ref moved.
package enum ChangeOrigin: String, Sendable, Hashable, CaseIterable {
    /// git's own hook, which knows the pusher and the push options and reports each push exactly.
    case hook
    /// A scan while the daemon runs; several pushes in a row may show as one change.
    case watch
    /// The scan at the daemon's start, for what happened while it was down.
    case start
}
