// SPDX-License-Identifier: Apache-2.0

/// The one document of a YAML file.
package struct YAMLDocument: Sendable {
    /// The top value; nil for a file with nothing but white space and comments.
    package let root: YAMLNode?
    /// The names of the anchors that an alias refers to.
    package let usedAnchors: Set<String>
}
