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

    /// Gives up the pages of the program's code, to be called when a start is over: those of them that are needed again come
    /// back from the file.
    package static func releaseCode() {
        nacre_release_code()
    }

    /// Gives memory that has become free back to the system.
    package static func release() {
        nacre_release_memory()
    }
}
