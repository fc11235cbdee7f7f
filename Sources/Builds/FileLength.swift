// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// How long a file is.
enum FileLength {
    /// Bytes; 0 for one that cannot be looked at.
    static func of(_ path: String) -> Int {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
