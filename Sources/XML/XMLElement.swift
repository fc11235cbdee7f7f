// SPDX-License-Identifier: Apache-2.0

/// The opening tag of an element.
package struct XMLElement: Sendable {
    /// One attribute.
    package struct Attribute: Sendable {
        /// Without its namespace's prefix.
        package let name: String
        /// With its references replaced.
        package let value: String
    }

    /// Without its namespace's prefix: report formats have names of their own, whatever the namespace.
    package let name: String
    /// In the order of the file.
    package let attributes: [Attribute]

    /// The value of the first attribute with this name.
    package subscript(_ name: String) -> String? {
        attributes.first { $0.name == name }?.value
    }
}
