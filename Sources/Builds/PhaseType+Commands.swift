// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import WireWords

extension PhaseType {
    /// The phase of the buildspec whose commands run in it; nil for the agent's own phases.
    var commandPhase: PhaseName? {
        switch self {
        case .install: .install
        case .preBuild: .preBuild
        case .build: .build
        case .postBuild: .postBuild
        default: nil
        }
    }
}
