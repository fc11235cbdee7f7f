// SPDX-License-Identifier: Apache-2.0

package import JSON

/// A stage of a pipeline.
package struct StageDeclaration: Sendable, Hashable {
    package var name: String
    package var actions: [ActionDeclaration]
    package var beforeEntry: ConditionDeclaration?
    package var onSuccess: ConditionDeclaration?
    package var onFailure: FailureConditions?
    /// `blockers`, given back as they came.
    package var blockers: JSONValue?

    package init(name: String, actions: [ActionDeclaration]) {
        self.name = name
        self.actions = actions
    }
}
