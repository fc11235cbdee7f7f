// SPDX-License-Identifier: Apache-2.0

internal import CShims

/// This process's own variables.
package enum ProcessEnvironment {
    /// What `PATH` is where there is none.
    package static let standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// `NAME=value` texts, to hand on.
    package static func list() -> [String] {
        var result: [String] = []
        guard var entry = unsafe nacre_environment() else { return result }
        while let text = unsafe entry.pointee {
            unsafe result.append(String(cString: text))
            unsafe entry += 1
        }
        return result
    }

    /// The values by name.
    package static func current() -> [String: String] {
        var result: [String: String] = [:]
        for entry in list() {
            guard let equals = entry.firstIndex(of: "=") else { continue }
            result[String(entry[..<equals])] = String(entry[entry.index(after: equals)...])
        }
        return result
    }
}
