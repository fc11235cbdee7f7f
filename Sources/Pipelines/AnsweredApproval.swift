// SPDX-License-Identifier: Apache-2.0

/// What became of an approval, kept for those who answer late.
struct AnsweredApproval: Sendable, Hashable, Codable {
    var token: String
    var stage: String
    var action: String
    /// The execution's label.
    var execution: String
    /// A clause about how it ended, such as `alice approved it at 2026-11-21T10:00:00Z`.
    var outcome: String
}
