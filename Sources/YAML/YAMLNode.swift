// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// One value of a YAML document, with its place in the file.
///
/// Nodes are shared: an alias is its target's node once more. Read a tree as a tree; its nesting and the size that it has with
/// every alias written out are within the limits it was read with.
package final class YAMLNode: Sendable {
    /// What the value is.
    package enum Content: Sendable {
        /// A text, number, date, boolean or null; YAML's typing is left to the reader of the node.
        case scalar(YAMLScalar)
        /// A list.
        case sequence([YAMLNode])
        /// A mapping in file order, with the entries of merge keys (`<<`) put in, and with duplicate keys kept.
        case mapping([YAMLEntry])
    }

    /// What the value is.
    package let content: Content
    /// The tag as resolved by libyaml, such as `!` or `tag:yaml.org,2002:str`; nil where none is written.
    package let tag: String?
    /// The anchor's name without `&`; nil where there is none.
    package let anchor: String?
    /// Where the value starts, at its tag or anchor if it has one.
    package let location: SourceLocation
    /// The place just behind the last character of the value; for a scalar, list or mapping over several lines, on its last line.
    package let end: SourceLocation
    /// Whether an anchor is on this value or on one below it.
    package let holdsAnchor: Bool
    /// Levels of lists and mappings in this value: 0 for a scalar.
    let height: Int
    /// How many values this one stands for, with aliases written out.
    let expandedCount: Int

    init(
        _ content: Content,
        tag: String?,
        anchor: String?,
        location: SourceLocation,
        end: SourceLocation,
        holdsAnchor: Bool,
        height: Int,
        expandedCount: Int
    ) {
        self.content = content
        self.tag = tag
        self.anchor = anchor
        self.location = location
        self.end = end
        self.holdsAnchor = holdsAnchor
        self.height = height
        self.expandedCount = expandedCount
    }
}

extension YAMLNode {
    /// The scalar; nil for a list or a mapping.
    package var scalar: YAMLScalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    /// Whether nothing is written, or `null` or `~` without quotes.
    package var isNull: Bool {
        guard case .scalar(let scalar) = content, scalar.style == .plain else { return false }
        guard tag == nil || tag == "tag:yaml.org,2002:null" else { return false }
        return switch scalar.text {
        case "", "~", "null", "Null", "NULL": true
        default: false
        }
    }

    /// How many columns the value takes on its first line; 1 where it goes on over several lines.
    package var length: Int {
        end.line == location.line ? max(1, end.column - location.column) : 1
    }

    /// Whether the text was put together from several lines, with spaces for the line ends.
    package var isJoinedFromLines: Bool {
        guard let style = scalar?.style, end.line > location.line else { return false }
        return style == .plain || style == .folded
    }
}
