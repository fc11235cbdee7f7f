// SPDX-License-Identifier: Apache-2.0

/// A scalar's text, never turned into a number, date or boolean.
package struct YAMLScalar: Sendable, Hashable {
    /// How a scalar is written.
    package enum Style: Sendable, Hashable {
        /// Without quotes.
        case plain
        /// In single quotes.
        case singleQuoted
        /// In double quotes.
        case doubleQuoted
        /// As a block after `|`.
        case literal
        /// As a block after `>`.
        case folded
    }

    /// The text: `3.10`, `NO` and `01234` as they are written; quotes, escapes and folded lines undone.
    package let text: String
    /// How it is written.
    package let style: Style

    package init(text: String, style: Style) {
        self.text = text
        self.style = style
    }

    /// A text as a single-quoted YAML scalar on one line.
    package static func singleQuoted(_ text: String) -> String {
        var result = "'"
        for character in text.unicodeScalars {
            result.unicodeScalars.append(character)
            if character == "'" { result += "'" }
        }
        return result + "'"
    }
}
