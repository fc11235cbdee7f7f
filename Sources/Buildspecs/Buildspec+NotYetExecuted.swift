// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

extension Buildspec {
    /// One key that is read and checked, but not carried out yet.
    private struct UnexecutedKey: Sendable {
        /// The key as written, with its blocks where it is not at the top.
        let name: String
        /// Every place that uses it in a way that matters to the build.
        let uses: @Sendable (Buildspec) -> [SourceLocation]
    }

    /// The keys whose silent omission would change a build; a row goes when the engine carries the key out.
    ///
    /// `proxy` is not here: a build on a machine without an explicit proxy does not read it.
    private static let unexecutedKeys: [UnexecutedKey] = [
        UnexecutedKey(name: "shell") { spec in
            spec.environment.shell.map { ["powershell.exe", "cmd.exe"].contains($0.value) ? [$0.location] : [] } ?? []
        }
    ]

    /// An error for each key in use that would have to be carried out for the build to be right, and is not: not yet, or not
    /// without GitHub.
    package func notYetExecuted() -> [Diagnostic] {
        let unexecuted = Self.unexecutedKeys.flatMap { key in
            key.uses(self).map { location in
                Diagnostic(
                    .error,
                    "`\(key.name)` is not executed by this version of Nacre yet",
                    at: location,
                    hint: "remove `\(key.name)` to build without it"
                )
            }
        }
        return (unexecuted + batchAlone() + stepProblems()).sorted { $0.location < $1.location }
    }

    /// A plain build does not read `batch`; without phases there is nothing else that it could do.
    private func batchAlone() -> [Diagnostic] {
        guard phases.isEmpty, let batch else { return [] }
        return [
            Diagnostic(
                .error,
                "this buildspec has no `phases`, only a `batch`, which a single build does not read",
                at: batch.location,
                hint: "build it as a batch: `nacre build --batch`, `git push -o nacre.batch`"
            )
        ]
    }
}
