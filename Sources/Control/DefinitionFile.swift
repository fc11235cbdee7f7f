// SPDX-License-Identifier: Apache-2.0

/// A file of definitions, as a client hands it over.
package struct DefinitionFile: Sendable, Hashable, Codable {
    /// As the person wrote it, for the places of problems.
    package var name: String
    package var text: String

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}
