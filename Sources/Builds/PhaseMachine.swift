// SPDX-License-Identifier: Apache-2.0

package import WireWords

/// Which phase follows which, and what the build's status comes to: CodeBuild's official diagram as a value.
///
/// Source: the build phase transitions page of the CodeBuild user guide.
package struct PhaseMachine: Sendable, Hashable {
    /// What `on-failure` of the phase says about its failure.
    package enum FailureRule: Sendable, Hashable {
        /// No `on-failure`: the diagram.
        case standard
        /// `ABORT`: nothing but FINALIZING follows.
        case abort
        /// `CONTINUE`: the next phase in order follows, and the failure does not count for the build.
        case proceed
    }

    /// The phase that runs now; `COMPLETED` when the build is over.
    package private(set) var phase: PhaseType
    /// What the build would end as if nothing else went wrong.
    package private(set) var verdict: BuildStatus = .succeeded
    /// `CODEBUILD_BUILD_SUCCEEDING`: false from the first failure on, even one that CONTINUE forgives.
    package private(set) var isSucceeding = true

    /// - Parameter phase: where the build stands.
    package init(at phase: PhaseType = .downloadSource) {
        self.phase = phase
    }

    /// Notes that something in the running phase failed, before the phase has ended: its `finally` sees it.
    package mutating func noteFailure() {
        isSucceeding = false
    }

    /// Leaves out the phases before one, which an earlier build has been through.
    package mutating func skip(to phase: PhaseType) {
        self.phase = phase
    }

    /// Ends the running phase and moves to the next.
    ///
    /// * `status`: how it ended; terminal.
    /// * `rule`: counts only for a failure.
    package mutating func finishPhase(_ status: BuildStatus, rule: FailureRule = .standard) {
        precondition(status.isTerminal, "a phase ends with a terminal status")
        if status == .succeeded {
            phase = successor
            return
        }
        isSucceeding = false
        guard status == .failed else {
            // Stopped, timed out, our own fault: no more of the user's commands run.
            verdict = status
            phase = phase == .finalizing ? .completed : .finalizing
            return
        }
        switch rule {
        case .proceed:
            phase = successor
        case .abort:
            if verdict == .succeeded { verdict = .failed }
            phase = .finalizing
        case .standard:
            if verdict == .succeeded { verdict = .failed }
            phase = successorAfterFailure
        }
    }

    private var successor: PhaseType {
        let all = PhaseType.allCases
        guard let index = all.firstIndex(of: phase), index + 1 < all.count else { return .completed }
        return all[index + 1]
    }

    private var successorAfterFailure: PhaseType {
        switch phase {
        case .submitted, .queued, .provisioning, .finalizing, .completed: .completed
        case .downloadSource, .install, .preBuild, .uploadArtifacts: .finalizing
        case .build: .postBuild
        case .postBuild: .uploadArtifacts
        }
    }
}
