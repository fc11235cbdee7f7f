// SPDX-License-Identifier: Apache-2.0

import Builds
import Testing
import WireWords

@Suite("Phase transitions")
struct PhaseMachineTests {
    /// Which phases a build enters when one phase fails, from the official diagram.
    struct Failure: CustomTestStringConvertible, Sendable {
        let failing: PhaseType
        let rule: PhaseMachine.FailureRule
        let entered: [PhaseType]
        let verdict: BuildStatus

        var testDescription: String { "\(failing.rawValue) fails, \(rule)" }
    }

    static let failures: [Failure] = [
        Failure(failing: .downloadSource, rule: .standard, entered: [.downloadSource, .finalizing], verdict: .failed),
        Failure(
            failing: .install,
            rule: .standard,
            entered: [.downloadSource, .install, .finalizing],
            verdict: .failed
        ),
        Failure(
            failing: .preBuild,
            rule: .standard,
            entered: [.downloadSource, .install, .preBuild, .finalizing],
            verdict: .failed
        ),
        Failure(
            failing: .build,
            rule: .standard,
            entered: [.downloadSource, .install, .preBuild, .build, .postBuild, .uploadArtifacts, .finalizing],
            verdict: .failed
        ),
        Failure(
            failing: .postBuild,
            rule: .standard,
            entered: [.downloadSource, .install, .preBuild, .build, .postBuild, .uploadArtifacts, .finalizing],
            verdict: .failed
        ),
        Failure(
            failing: .uploadArtifacts,
            rule: .standard,
            entered: [.downloadSource, .install, .preBuild, .build, .postBuild, .uploadArtifacts, .finalizing],
            verdict: .failed
        ),
        Failure(
            failing: .build,
            rule: .abort,
            entered: [.downloadSource, .install, .preBuild, .build, .finalizing],
            verdict: .failed
        ),
        Failure(
            failing: .postBuild,
            rule: .abort,
            entered: [.downloadSource, .install, .preBuild, .build, .postBuild, .finalizing],
            verdict: .failed
        ),
        Failure(
            failing: .install,
            rule: .proceed,
            entered: [.downloadSource, .install, .preBuild, .build, .postBuild, .uploadArtifacts, .finalizing],
            verdict: .succeeded
        ),
        Failure(
            failing: .preBuild,
            rule: .proceed,
            entered: [.downloadSource, .install, .preBuild, .build, .postBuild, .uploadArtifacts, .finalizing],
            verdict: .succeeded
        ),
    ]

    @Test("a failure leads where the official diagram says", arguments: failures)
    func failure(_ failure: Failure) {
        var machine = PhaseMachine()
        var entered: [PhaseType] = []
        while machine.phase != .completed {
            entered.append(machine.phase)
            if machine.phase == failure.failing {
                machine.finishPhase(.failed, rule: failure.rule)
            } else {
                machine.finishPhase(.succeeded)
            }
        }
        #expect(entered == failure.entered)
        #expect(machine.verdict == failure.verdict)
        #expect(!machine.isSucceeding)
    }

    @Test("a provisioning failure skips even FINALIZING")
    func provisioning() {
        var machine = PhaseMachine(at: .provisioning)
        machine.finishPhase(.failed)
        #expect(machine.phase == .completed)
        #expect(machine.verdict == .failed)
    }

    @Test(
        "a stop, a time-out and a fault of ours lead straight to FINALIZING",
        arguments: [BuildStatus.stopped, .timedOut, .fault]
    )
    func interruption(_ status: BuildStatus) {
        var machine = PhaseMachine(at: .build)
        machine.finishPhase(status, rule: .proceed)
        #expect(machine.phase == .finalizing)
        #expect(machine.verdict == status)
    }

    @Test("the first failure decides the verdict, also when a later phase is forgiven")
    func firstFailureCounts() {
        var machine = PhaseMachine(at: .build)
        machine.finishPhase(.failed)
        machine.finishPhase(.failed, rule: .proceed)
        #expect(machine.phase == .uploadArtifacts)
        #expect(machine.verdict == .failed)
    }
}
