// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Which Nacre this is.
package enum Version {
    /// Semantic version.
    package static let text = "0.1.0"

    static var processID: Int32 { getpid() }
}
