// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// What applying files does, or would do.
package struct DefinitionPlan: Sendable, Hashable, Codable {
    /// What becomes of a resource.
    package enum Change: String, Sendable, Hashable, Codable {
        case create
        case update
        case unchanged
        /// Nacre does without: roles, policies and the like.
        case notNeeded = "not needed"
        /// Nacre cannot do it; a warning says so.
        case notCarriedOut = "not carried out"
        /// The stack had it and no longer declares it.
        case kept
        case remove

        /// Whether anything becomes different.
        package var isChange: Bool { self == .create || self == .update || self == .remove }
    }

    /// One resource.
    package struct Step: Sendable, Hashable, Codable {
        package var change: Change
        /// Such as `pipeline`; AWS's type for what is not carried out here.
        package var kind: String
        package var name: String
        /// What changes, one line each, such as `stages[1].actions[0].runOrder: 1 → 2`.
        package var details: [String]
        /// Why nothing is done; nil for what is done.
        package var note: String?

        package init(_ change: Change, kind: String, name: String, details: [String] = [], note: String? = nil) {
            self.change = change
            self.kind = kind
            self.name = name
            self.details = details
            self.note = note
        }
    }

    /// In the order in which they are carried out.
    package var steps: [Step]
    /// All problems of all files; with an error among them nothing is done.
    package var diagnostics: [Diagnostic]
    /// Remarks about the whole, such as which event rules are assumed.
    package var notes: [String]
    /// Whether it has been carried out.
    package var isApplied: Bool

    package init(steps: [Step] = [], diagnostics: [Diagnostic] = [], notes: [String] = [], isApplied: Bool = false) {
        self.steps = steps
        self.diagnostics = diagnostics
        self.notes = notes
        self.isApplied = isApplied
    }
}
