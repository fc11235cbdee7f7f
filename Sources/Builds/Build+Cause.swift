// SPDX-License-Identifier: Apache-2.0

internal import WireWords

extension Build {
    /// The phase that decided how the build ended; nil when all is good.
    ///
    /// After a failed INSTALL or PRE_BUILD the commands go on only if `on-failure: CONTINUE` forgave it.
    package var cause: Phase? {
        phases.enumerated().first { index, phase in
            guard let status = phase.phaseStatus, status != .succeeded, status != .inProgress else { return false }
            let next = phases.dropFirst(index + 1).first?.phaseType
            let isForgiven = status == .failed && [.preBuild, .build].contains(next)
            return !isForgiven
        }?.element
    }
}
