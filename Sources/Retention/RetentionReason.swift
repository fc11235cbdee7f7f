// SPDX-License-Identifier: Apache-2.0

/// Why something goes: the rule of the policy that takes it.
package enum RetentionReason: String, Sendable, Hashable, Codable, CaseIterable {
    case age
    case count
    case bytes
    case freeSpace = "free-space"
    /// Nothing refers to it any more.
    case unused

    /// The end of a sentence that begins with "removed by retention, ".
    package var explanation: String {
        switch self {
        case .age: "as it was older than `age`"
        case .count: "as there were more than `count` newer ones"
        case .bytes: "as all together had more than `bytes`"
        case .freeSpace: "as less than `free-space` was free"
        case .unused: "as nothing referred to it any more"
        }
    }
}
