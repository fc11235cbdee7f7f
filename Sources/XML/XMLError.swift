// SPDX-License-Identifier: Apache-2.0

/// Why a text is not the XML that we read.
package struct XMLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of refusal.
    package enum Code: Sendable, Hashable {
        /// expat refuses the text.
        case syntax
        /// The text ends before its root element does.
        case incomplete
        /// Bytes that are not of the encoding that the text declares, or an encoding that is not known.
        case encoding
        /// It declares entities, which can make a small file huge and read other files.
        case entities
        /// It is deeper or larger than ``XMLLimits`` allow.
        case limit
        /// The handler wants no more of it.
        case refused
        /// There is no memory for a parser.
        case memory
    }

    package let code: Code
    /// One sentence without place.
    package let message: String
    /// From 1; 0 where there is no place.
    package var line: Int
    /// In bytes, from 1; 0 where there is no place.
    package var column: Int

    package init(_ code: Code, _ message: String, line: Int = 0, column: Int = 0) {
        self.code = code
        self.message = message
        self.line = line
        self.column = column
    }

    /// `line L, column C: message`.
    package var description: String {
        line == 0 ? message : "line \(line), column \(column): \(message)"
    }
}
