// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// One item of `commands` or `finally`: a shell text of one or more lines.
package struct Command: Sendable, Hashable {
    /// The text for the shell, unchanged; never holds a NUL character.
    package let text: String
    /// Where the item's value starts.
    package let location: SourceLocation

    package init(text: String, location: SourceLocation) {
        self.text = text
        self.location = location
    }
}
