// SPDX-License-Identifier: Apache-2.0

/// The `if` of a GitHub Actions step, as far as it can be told without GitHub.
package indirect enum StepCondition: Sendable, Hashable {
    case literal(Bool)
    /// `success()`, and what a step without `if` has: no step of the phase has failed.
    case success
    case failure
    case always
    /// `cancelled()`: never, as a stopped build runs no further step.
    case cancelled
    case not(StepCondition)

    /// - Returns: nil for any other expression.
    package init?(_ text: String) {
        var rest = StepText.trimmed(text[...])
        if rest.hasPrefix("${{"), rest.hasSuffix("}}") { rest = StepText.trimmed(rest.dropFirst(3).dropLast(2)) }
        var isNegated = false
        while rest.first == "!" {
            isNegated.toggle()
            rest = StepText.trimmed(rest.dropFirst())
        }
        let plain: StepCondition
        switch rest {
        case "true": plain = .literal(true)
        case "false": plain = .literal(false)
        case "success()": plain = .success
        case "failure()": plain = .failure
        case "always()": plain = .always
        case "cancelled()": plain = .cancelled
        default: return nil
        }
        self = isNegated ? .not(plain) : plain
    }

    /// Whether the step runs.
    ///
    /// As on GitHub, a condition without a function for the status also asks for `success()`.
    package func holds(afterFailure hasFailed: Bool) -> Bool {
        isAboutStatus ? value(hasFailed) : value(hasFailed) && !hasFailed
    }

    private var isAboutStatus: Bool {
        switch self {
        case .literal: false
        case .not(let condition): condition.isAboutStatus
        default: true
        }
    }

    private func value(_ hasFailed: Bool) -> Bool {
        switch self {
        case .literal(let value): value
        case .success: !hasFailed
        case .failure: hasFailed
        case .always: true
        case .cancelled: false
        case .not(let condition): !condition.value(hasFailed)
        }
    }
}
