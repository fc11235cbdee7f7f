// SPDX-License-Identifier: Apache-2.0

internal import CShims

/// This process's own variables.
enum ProcessEnvironment {
    /// `NAME=value` texts, to hand on.
    static func list() -> [String] {
        var result: [String] = []
        guard var entry = unsafe nacre_environment() else { return result }
        while let text = unsafe entry.pointee {
            unsafe result.append(String(cString: text))
            unsafe entry += 1
        }
        return result
    }
}
