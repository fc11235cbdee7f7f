// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Processes

/// The variables that an application gets: few of the machine's, by name, and those of its environment.
enum ApplicationEnvironment {
    private static let passed: Set<String> = ["HOME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "TMPDIR", "TZ", "USER"]
    /// More of them, for podman alone.
    private static let passedToTools: Set<String> = [
        "CONTAINERS_CONF", "CONTAINERS_REGISTRIES_CONF", "CONTAINERS_STORAGE_CONF", "DBUS_SESSION_BUS_ADDRESS",
        "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "http_proxy", "https_proxy",
        "no_proxy",
    ]

    /// What the process of an environment is started with, as `NAME=value` texts.
    static func ofCaller() -> [String] {
        texts(ProcessEnvironment.current().filter { isPassed($0.key) || passedToTools.contains($0.key) })
    }

    /// What every application starts from.
    static func base() -> [String: String] {
        var result = ProcessEnvironment.current().filter { isPassed($0.key) }
        if result["PATH"]?.isEmpty ?? true {
            result["PATH"] = ProcessEnvironment.standardPath
        }
        if result["HOME"] == nil { result["HOME"] = "/" }
        return result
    }

    /// What tools around an application, such as podman, start from.
    static func forTools() -> [String: String] {
        base().merging(ProcessEnvironment.current().filter { passedToTools.contains($0.key) }) { $1 }
    }

    /// As `NAME=value`, sorted.
    static func texts(_ variables: [String: String]) -> [String] {
        variables.map { "\($0.key)=\($0.value)" }.sorted()
    }

    /// Absolute path of a program that is found in a `PATH`.
    static func find(_ name: String, in path: String) -> String? {
        for folder in path.split(separator: ":") where folder.hasPrefix("/") {
            let candidate = "\(folder)/\(name)"
            if unsafe access(candidate, X_OK) == 0 { return candidate }
        }
        return nil
    }

    private static func isPassed(_ name: String) -> Bool { passed.contains(name) || name.hasPrefix("LC_") }
}
