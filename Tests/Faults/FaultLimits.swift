// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// What this machine lets tests of limits do.
enum FaultLimits {
    /// Whether control groups with limits can be made, as far as can be told without making one.
    static let areThere = geteuid() == 0 && FileManager.default.isWritableFile(atPath: "/sys/fs/cgroup")

    /// Whether bubblewrap can make a sandbox.
    static let hasSandbox = succeeds("bwrap", ["--unshare-pid", "--ro-bind", "/", "/", "true"])

    /// Whether a file system of one's own can be mounted, in a name space of one's own.
    static let canMount = succeeds("unshare", ["--mount", "sh", "-c", "mount -t tmpfs -o noexec none /mnt"])

    private static func succeeds(_ program: String, _ arguments: [String]) -> Bool {
        (try? Program.run(program, arguments, environment: Program.path))?.status == 0
    }
}
