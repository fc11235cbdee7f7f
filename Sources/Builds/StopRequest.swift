// SPDX-License-Identifier: Apache-2.0

/// How urgently a build is to end.
package enum StopRequest: Sendable, Hashable, Comparable {
    case none
    /// SIGTERM, and SIGKILL for what is left after the grace.
    case graceful
    /// SIGKILL now.
    case immediate
}
