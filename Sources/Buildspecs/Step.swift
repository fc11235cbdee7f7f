// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// A GitHub Actions step in a phase; either `run` or `uses` is set.
package struct Step: Sendable, Hashable {
    /// The name by which other steps refer to it.
    package let identifier: String?
    /// The expression that must hold for the step to run.
    package let condition: Located<String>?
    /// The shell text.
    package let run: Located<String>?
    /// The action, such as `actions/checkout@v4`.
    package let uses: Located<String>?
    /// The step's name; nil for the text of `run`.
    package let name: String?
    /// The shell that runs `run`; nil for the build's.
    package let shell: String?
    /// Variables for this step only.
    package let variables: [EnvironmentVariable]
    /// `true`, `false` or an expression; nil for `false`.
    package let continuesOnError: Located<String>?
    /// A number of minutes or an expression; nil for no limit.
    package let timeoutMinutes: Located<String>?
    /// Where the step starts.
    package let location: SourceLocation
}
