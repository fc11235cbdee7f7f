// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Processes

/// The part of the outer supervisor's own environment that the programs around a build get; the build itself gets none of it.
enum OuterEnvironment {
    /// What was let through by `BuildLauncher`, with a home, without which podman does not start.
    static func passed() -> [String: String] {
        let own = ProcessEnvironment.current()
        var result = own.filter { BuildLauncher.passedVariables.contains($0.key) }
        if result["HOME"]?.isEmpty ?? true { result["HOME"] = "/root" }
        return result
    }
}
