// SPDX-License-Identifier: Apache-2.0

import CommandLines

/// Why a verb did not do what it was asked.
struct VerbError: Error {
    let code: ExitCode
    /// One sentence: what failed, on what, what to do.
    let message: String

    init(_ code: ExitCode, _ message: String) {
        self.code = code
        self.message = message
    }
}
