// SPDX-License-Identifier: Apache-2.0

/// An output of a template.
package struct TemplateOutput: Sendable, Hashable {
    /// Its key among the template's `Outputs`.
    package var name: String
    package var value: String
    package var description: String?
    /// The name under which other templates import it; nil where it is not exported.
    package var export: String?

    package init(name: String, value: String, description: String? = nil, export: String? = nil) {
        self.name = name
        self.value = value
        self.description = description
        self.export = export
    }
}
