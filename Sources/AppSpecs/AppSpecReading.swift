// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// What came of reading an appspec.
package struct AppSpecReading: Sendable, Hashable {
    /// The appspec; nil where a diagnostic is an error.
    package let appSpec: AppSpec?
    /// Every problem, in the order of the file.
    package let diagnostics: [Diagnostic]
}
