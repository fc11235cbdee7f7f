// SPDX-License-Identifier: Apache-2.0

/// What must hold before a stage is entered or after it has succeeded: AWS's list of exactly one condition.
package struct ConditionDeclaration: Sendable, Hashable {
    /// What follows when it does not hold; AWS's default is `FAIL`.
    package var result: ConditionResult
    package var rules: [RuleDeclaration]

    package init(result: ConditionResult, rules: [RuleDeclaration]) {
        self.result = result
        self.rules = rules
    }
}
