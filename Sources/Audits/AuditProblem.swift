// SPDX-License-Identifier: Apache-2.0

/// Where a log is not what was written.
package struct AuditProblem: Sendable, Hashable, Codable {
    package let file: String
    /// The line, from 1; 0: the end is missing.
    package let line: Int
    /// One sentence.
    package let message: String
}
