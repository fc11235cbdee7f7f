// SPDX-License-Identifier: Apache-2.0

internal import CShims

/// How much memory a process that lives long keeps for itself.
package enum MemoryUse {
    /// Has all threads share few heaps, instead of a heap for each.
    ///
    /// Call it before there are threads.
    package static func prepare() {
        nacre_limit_heaps(2)
    }

    /// Gives memory that has become free back to the system.
    package static func release() {
        nacre_release_memory()
    }
}
