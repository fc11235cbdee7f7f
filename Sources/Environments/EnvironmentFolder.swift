// SPDX-License-Identifier: Apache-2.0

/// Where the files of one environment lie.
package struct EnvironmentFolder: Sendable, Hashable {
    /// Absolute path.
    package let path: String

    package init(path: String) {
        self.path = path
    }
    /// `EnvironmentSettings`.
    package var settings: String { "\(path)/environment.json" }
    /// `EnvironmentRequest`: the last one.
    package var desired: String { "\(path)/desired.json" }
    /// `EnvironmentState`, which only the environment's process writes.
    package var state: String { "\(path)/state.json" }
    /// What the application writes, line by line.
    package var log: String { "\(path)/log" }
    /// What was in `log` before it grew too long.
    package var oldLog: String { "\(path)/log.1" }
    /// Held by the environment's process while it lives.
    package var lock: String { "\(path)/lock" }
    /// Held while a request is put.
    package var requestLock: String { "\(path)/request.lock" }
    /// The unpacked bundles.
    package var versions: String { "\(path)/versions" }

    /// The unpacked bundle of a version.
    package func version(_ label: String) -> String { "\(versions)/\(label)" }
    /// `EnvironmentVersion`.
    package func versionRecord(_ label: String) -> String { "\(versions)/\(label).json" }
}
