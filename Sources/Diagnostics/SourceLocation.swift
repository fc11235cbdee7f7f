// SPDX-License-Identifier: Apache-2.0

/// A place in a text file, as people and editors count it.
package struct SourceLocation: Sendable, Hashable, Codable {
    /// The file's name as the user gave it.
    package let file: String
    /// The line, from 1.
    package let line: Int
    /// The column, from 1, in Unicode scalars.
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}

extension SourceLocation: Comparable, CustomStringConvertible {
    /// Orders by line, then by column; the file plays no part.
    package static func < (left: SourceLocation, right: SourceLocation) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }

    /// `file:line:column`.
    package var description: String { "\(file):\(line):\(column)" }
}
