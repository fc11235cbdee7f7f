// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The programs of the machine that a build's surroundings need, found in the system's own folders only: what a project's
/// `PATH` names must not decide what runs outside of its sandbox.
package struct Tools: Sendable, Hashable {
    /// Folders that are searched, in order.
    package var folders: [String]

    package init(
        folders: [String] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    ) {
        self.folders = folders
    }

    /// The absolute path of a program; nil when there is none.
    package func find(_ name: String) -> String? {
        for folder in folders where unsafe access("\(folder)/\(name)", X_OK) == 0 { return "\(folder)/\(name)" }
        return nil
    }

    /// The absolute path of a program that must be there.
    /// - Throws: `unavailable`, naming Debian's package.
    package func require(_ name: String, package: String, for option: String) throws(SandboxError) -> String {
        if let path = find(name) { return path }
        throw SandboxError(
            .unavailable,
            "\(option) needs \(name), which is not installed (Debian, Ubuntu: apt-get install \(package))"
        )
    }

    /// `PATH` for what is run outside.
    var path: String { folders.joined(separator: ":") }
}
