// SPDX-License-Identifier: Apache-2.0

/// A folder in which version managers keep installations side by side, one folder for each version.
struct InstallationFolder: Sendable {
    /// The folder, absolute.
    let path: String
    /// What the names of the installations begin with, before the version.
    var prefix = ""
    /// Where the programs are, below an installation.
    var programs = "bin"
    /// The manager's variable that names the version in use, so that its shims agree with `PATH`.
    var variable: String?
}
