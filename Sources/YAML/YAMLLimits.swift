// SPDX-License-Identifier: Apache-2.0

/// How large a YAML file may be, so that a hostile one costs little time and memory.
package struct YAMLLimits: Sendable, Hashable {
    /// The most bytes in a file.
    package var bytes: Int
    /// The deepest nesting of lists and mappings, counted through aliases.
    package var depth: Int
    /// The most values, keys included, with every alias counted as if its target were written out.
    package var nodes: Int

    package init(bytes: Int = 10 << 20, depth: Int = 100, nodes: Int = 100_000) {
        self.bytes = bytes
        self.depth = depth
        self.nodes = nodes
    }
}
