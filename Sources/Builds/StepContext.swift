// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs

/// What steps have left that later ones can refer to by the step's `id`.
struct StepContext {
    /// How a step ended, in GitHub's words.
    enum Outcome: String {
        case success, failure, skipped
    }

    private var outputs: [String: [String: String]] = [:]
    private var outcomes: [String: (outcome: Outcome, conclusion: Outcome)] = [:]

    /// Notes the end of a step; one without an `id` cannot be referred to.
    mutating func note(
        _ step: Step,
        _ outcome: Outcome,
        isForgiven: Bool = false,
        outputs pairs: [(name: String, value: String)] = []
    ) {
        guard let identifier = step.identifier else { return }
        outcomes[identifier] = (outcome, isForgiven ? .success : outcome)
        outputs[identifier] = Dictionary(pairs.map { ($0.name, $0.value) }) { $1 }
    }

    /// The value of an expression; empty, as on GitHub, where there is none.
    ///
    /// * `variables`: the environment that `env.NAME` means.
    func value(of reference: StepText.Reference, _ variables: [String: String]) -> String {
        switch reference {
        case .variable(let name): variables[name] ?? ""
        case .output(let step, let name): outputs[step]?[name] ?? ""
        case .outcome(let step): outcomes[step]?.outcome.rawValue ?? ""
        case .conclusion(let step): outcomes[step]?.conclusion.rawValue ?? ""
        }
    }
}
