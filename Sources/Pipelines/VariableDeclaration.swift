// SPDX-License-Identifier: Apache-2.0

/// A variable of a pipeline, given when an execution starts.
package struct VariableDeclaration: Sendable, Hashable, Codable {
    package var name: String
    package var defaultValue: String?
    package var description: String?

    package init(name: String, defaultValue: String? = nil, description: String? = nil) {
        self.name = name
        self.defaultValue = defaultValue
        self.description = description
    }
}
