// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// One key of a mapping and its value.
package struct YAMLEntry: Sendable {
    /// The key; mostly a scalar, but YAML allows any value.
    package let key: YAMLNode
    /// The value.
    package let value: YAMLNode
    /// Where the merge key (`<<`) is that brought this entry in; nil for an entry written in the mapping itself.
    package let mergedAt: SourceLocation?
}
