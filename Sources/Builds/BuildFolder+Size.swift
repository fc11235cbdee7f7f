// SPDX-License-Identifier: Apache-2.0

extension BuildFolder {
    /// How much of the disk is taken by what stays when a build is over: all but its workspace.
    package var keptBytes: Int64 { DiskUsage.bytes(of: path, except: "workspace") }
}
