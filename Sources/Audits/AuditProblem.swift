// SPDX-License-Identifier: Apache-2.0

/// Where a log is not what was written.
package struct AuditProblem: Sendable, Hashable, Codable, CustomStringConvertible {
    package let file: String
    /// The line, from 1; 0: the end is missing.
    package let line: Int
    /// One sentence.
    package let message: String

    /// The place, and the sentence.
    package var description: String { line > 0 ? "\(file):\(line): \(message)" : "\(file): \(message)" }
}
