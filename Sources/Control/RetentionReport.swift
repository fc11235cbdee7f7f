// SPDX-License-Identifier: Apache-2.0

package import Retention

/// What retention has removed, or would remove, and why the rest stays.
package struct RetentionReport: Sendable, Hashable, Codable {
    /// A build or an execution.
    package struct Item: Sendable, Hashable, Codable {
        /// PROJECT#NUMBER or PIPELINE/NUMBER.
        package var name: String
        package var action: RetentionPlan.Step.Action
        package var reason: RetentionReason
        package var bytes: Int64

        package init(name: String, action: RetentionPlan.Step.Action, reason: RetentionReason, bytes: Int64) {
            self.name = name
            self.action = action
            self.reason = reason
            self.bytes = bytes
        }
    }

    /// Anything else, by kind.
    package struct Other: Sendable, Hashable, Codable {
        package enum Kind: String, Sendable, Hashable, Codable {
            case artifacts
            case buildFolders = "build-folders"
            case objectVersions = "object-versions"
            case caches
            case workspaces
            case rows
        }

        package var kind: Kind
        package var count: Int
        package var bytes: Int64

        package init(_ kind: Kind, count: Int, bytes: Int64) {
            self.kind = kind
            self.count = count
            self.bytes = bytes
        }
    }

    /// How many builds and executions stay, and why.
    package struct Kept: Sendable, Hashable, Codable {
        package var reason: KeepReason
        package var explanation: String
        package var count: Int

        package init(_ reason: KeepReason, count: Int) {
            self.reason = reason
            explanation = reason.explanation
            self.count = count
        }
    }

    package var isDryRun: Bool
    package var rules: RetentionRules
    /// The oldest first for each rule; the first thousand of them.
    package var items: [Item] = []
    /// How many there are in all.
    package var itemCount = 0
    package var others: [Other] = []
    package var kept: [Kept] = []
    /// What was freed, or would be.
    package var bytes: Int64 = 0
    /// Afterwards, or now where nothing was done.
    package var freeBytes: Int64 = 0
    package var totalBytes: Int64 = 0
    /// What should be free; 0 where the policy does not say.
    package var floorBytes: Int64 = 0
    /// What is missing for that, though everything that may go has gone.
    package var missingBytes: Int64 = 0
    /// What could not be removed, one sentence each.
    package var problems: [String] = []

    package init(isDryRun: Bool, rules: RetentionRules) {
        self.isDryRun = isDryRun
        self.rules = rules
    }

    /// Adds to what has gone of a kind.
    package mutating func add(_ kind: Other.Kind, count: Int, bytes more: Int64) {
        if count == 0 { return }
        bytes += more
        if let index = others.firstIndex(where: { $0.kind == kind }) {
            others[index].count += count
            others[index].bytes += more
        } else {
            others.append(Other(kind, count: count, bytes: more))
        }
    }
}
