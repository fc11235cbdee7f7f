// SPDX-License-Identifier: Apache-2.0

internal import CShims

/// What the system keeps of a process that crashes: all of its memory, secrets too.
package enum CoreDumps {
    /// Has nothing kept of this process, nor of those that it starts unless they raise their limit themselves.
    package static func forbid() {
        _ = nacre_forbid_cores()
    }
}
