// SPDX-License-Identifier: Apache-2.0

/// One version of a runtime that is there.
struct RuntimeInstallation: Sendable, Hashable {
    let version: VersionNumber
    /// The folder of its programs.
    let folder: String
    /// Its main program in that folder, such as `python3.11`.
    let program: String
    /// Whether the folder holds much else, as `/usr/bin` does, and must not be put before others.
    let isShared: Bool
    /// Variables that go with it, such as `JAVA_HOME`.
    var variables: [String: String] = [:]
    /// Who made it, where the installation says so.
    var vendor: String?
    /// Whether everything is there that CodeBuild's image has of it: the compiler of a JDK.
    var isWhole = true
}
