// SPDX-License-Identifier: Apache-2.0

extension PipelineState {
    /// AWS's `StageConditionState`: a stage's condition in the answer of `get-pipeline-state`.
    package struct StageCondition: Sendable, Hashable, Codable {
        /// AWS's `StageConditionsExecution`, and with a time its `ConditionExecution`.
        package struct Execution: Sendable, Hashable, Codable {
            package var status: String
            package var summary: String?
            package var lastStatusChange: EpochSeconds?
        }

        /// AWS's `ConditionState`.
        package struct Condition: Sendable, Hashable, Codable {
            package var latestExecution: Execution?
            package var ruleStates: [Rule]
        }

        /// AWS's `RuleState`.
        package struct Rule: Sendable, Hashable, Codable {
            package var ruleName: String
            package var latestExecution: RuleExecution?
        }

        /// AWS's `RuleExecution`.
        package struct RuleExecution: Sendable, Hashable, Codable {
            package var ruleExecutionId: String
            package var status: String
            package var summary: String?
            package var lastStatusChange: EpochSeconds
            package var errorDetails: ErrorDetails?

            init(_ rule: ConditionExecution.Rule) {
                ruleExecutionId = rule.id
                status = rule.status.rawValue
                summary = rule.summary
                lastStatusChange = EpochSeconds(milliseconds: rule.updatedAt)
                errorDetails = rule.failure.map(ErrorDetails.init)
            }
        }

        /// Absent before it was evaluated for the execution that entered the stage last.
        package var latestExecution: Execution?
        package var conditionStates: [Condition]

        /// Nil for a stage that has no such condition.
        init?(_ declaration: ConditionDeclaration?, _ kind: ConditionKind, _ stage: StageExecution?) {
            guard let declaration else { return nil }
            let execution = stage?.conditions.last { $0.kind == kind }
            let rules = declaration.rules.map { rule in
                Rule(
                    ruleName: rule.name,
                    latestExecution: execution?.rules.last { $0.name == rule.name }.map(RuleExecution.init)
                )
            }
            latestExecution = execution.map { Execution(status: $0.status.rawValue, summary: $0.summary) }
            let condition = execution.map { execution in
                Execution(
                    status: execution.status.rawValue,
                    summary: execution.summary,
                    lastStatusChange: EpochSeconds(milliseconds: execution.updatedAt)
                )
            }
            conditionStates = [Condition(latestExecution: condition, ruleStates: rules)]
        }
    }
}
