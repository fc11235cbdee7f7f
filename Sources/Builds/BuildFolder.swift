// SPDX-License-Identifier: Apache-2.0

/// Where everything about one build lies.
///
/// The folder is the build: who can read it knows all that is to be known.
package struct BuildFolder: Sendable, Hashable {
    /// Absolute path.
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// What is to be built: `BuildRequest`, written once before the supervisor starts.
    package var request: String { "\(path)/request.json" }
    /// The user's output and the agent's lines, byte for byte, appended as they come.
    package var log: String { "\(path)/log" }
    /// `BuildEvent` values, one a line.
    package var events: String { "\(path)/events.jsonl" }
    /// `Build`, written once, atomically, when all is over.
    package var result: String { "\(path)/result.json" }
    /// Held as long as a supervisor lives; says which process that is.
    package var lock: String { "\(path)/lock" }
    /// Where the supervisor lets people into the build, while debugging is on: `DebugShellServer`.
    package var debugSocket: String { "\(path)/debug.sock" }
    /// Where and how the build failed: `DebugPoint`, for a shell there afterwards.
    package var debugPoint: String { "\(path)/debug.json" }
    /// Everything that a command may write to.
    package var workspace: String { "\(path)/workspace" }
    /// The agent's own folder, CodeBuild's `/codebuild/readonly`: an inline buildspec lies there, and a command whose folder
    /// has been removed starts there.
    package var readonly: String { "\(path)/readonly" }
    /// Links to the programs of `runtime-versions`, where `PATH` does not lead to them.
    package var runtimes: String { "\(path)/runtimes" }
    /// The zips, until they go to the store.
    package var artifacts: String { "\(path)/artifacts" }

    /// What its report files said: `ReportFile` values, `1.json` and so on.
    package var reports: String { "\(path)/reports" }

    /// The primary source, or the one of an identifier.
    package func source(_ identifier: String? = nil) -> String {
        if let identifier { "\(workspace)/sources/\(identifier)" } else { "\(workspace)/src" }
    }

    /// The zip of the primary artifact, or of a secondary one.
    package func artifact(_ identifier: String? = nil) -> String {
        "\(artifacts)/\(identifier ?? "artifacts").zip"
    }
}
