// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

extension Buildspec {
    /// An error for each thing in a valid buildspec that cannot be carried out here, so that it is refused before the first
    /// phase and not left out in silence.
    package func refusals() -> [Diagnostic] {
        (windowsShell() + batchAlone() + stepProblems()).sorted { $0.location < $1.location }
    }

    private func windowsShell() -> [Diagnostic] {
        guard let shell = environment.shell, ["powershell.exe", "cmd.exe"].contains(shell.value) else { return [] }
        return [
            Diagnostic(
                .error,
                "\(shell.value) is a shell of Windows: such a build cannot run on Linux",
                at: shell.location,
                hint: "use `bash` or `/bin/sh`, or build it on Windows"
            )
        ]
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
