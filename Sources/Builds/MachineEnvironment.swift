// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Processes

/// The variables that a build gets from the machine: few, by name.
///
/// Nothing else of the daemon's or a laptop's environment reaches a command, so that a build behaves alike wherever it
/// is started.
package enum MachineEnvironment {
    private static let passed: Set<String> = ["PATH", "LANG", "LANGUAGE", "TZ", "TMPDIR"]

    /// Picks from an environment, and adds who the user is from the user database.
    package static func pick(from environment: [String: String]) -> [String: String] {
        var result = environment.filter { passed.contains($0.key) || $0.key.hasPrefix("LC_") }
        if result["PATH"]?.isEmpty ?? true {
            result["PATH"] = ProcessEnvironment.standardPath
        }
        if let user = unsafe getpwuid(getuid()) {
            result["HOME"] = unsafe String(cString: user.pointee.pw_dir)
            let name = unsafe String(cString: user.pointee.pw_name)
            result["USER"] = name
            result["LOGNAME"] = name
        } else {
            result["HOME"] = environment["HOME"] ?? "/"
        }
        return result
    }
}
