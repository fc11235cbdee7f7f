// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// What reading a buildspec gave.
package struct BuildspecReading: Sendable, Hashable {
    /// The buildspec; nil where a diagnostic is an error.
    package let buildspec: Buildspec?
    /// Every problem, in the order of the file.
    package let diagnostics: [Diagnostic]
    /// The first error of the block `batch`; nil where nothing in it refuses the file.
    package let batchProblem: Diagnostic?

    package init(buildspec: Buildspec?, diagnostics: [Diagnostic], batchProblem: Diagnostic? = nil) {
        self.buildspec = buildspec
        self.diagnostics = diagnostics
        self.batchProblem = batchProblem
    }
}
