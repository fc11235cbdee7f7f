// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// A GitHub Actions step in a phase; either `run` or `uses` is set.
package struct Step: Sendable, Hashable {
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
    /// Where the step starts.
    package let location: SourceLocation
}
