// SPDX-License-Identifier: Apache-2.0

/// Why a bundle cannot be run.
struct LaunchProblem: Error, Equatable {
    /// What is missing, where.
    let message: String

    init(_ message: String) {
        self.message = message
    }
}
