// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What git and the system tell by other ways than standard input.
enum Surroundings {
    /// An environment variable as text; nil when it is not set.
    static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// An environment variable as it is; nil when it is not set.
    static func bytes(_ name: String) -> [UInt8]? {
        unsafe getenv(name).map { unsafe Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    }

    /// The git directory, absolute and without links: git names it in `GIT_DIR`, relative to the present directory.
    static func repository() -> [UInt8]? {
        guard let path = unsafe realpath(getenv("GIT_DIR") ?? strdup("."), nil) else { return nil }
        defer { unsafe free(path) }
        return unsafe Array(UnsafeRawBufferPointer(start: path, count: strlen(path)))
    }

    /// The login name, for display; the daemon knows from the socket who it really is.
    static func user() -> [UInt8] {
        for name in ["LOGNAME", "USER"] {
            if let value = bytes(name), !value.isEmpty { return value }
        }
        // The password database is not asked: it may be on a server, and the program is linked statically.
        return Array(String(getuid()).utf8)
    }
}
