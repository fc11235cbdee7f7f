// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import JSON

/// What the workspaces of an action's builds are filled with and what they are to deliver: the journal's `inputs`.
struct ActionInputs: Sendable, Hashable, Codable {
    /// A zip of the store that becomes a source folder.
    struct Source: Sendable, Hashable, Codable {
        /// The artifact's name, by which commands find all but the primary one.
        var name: String
        /// SHA-256 of the zip, in hexadecimal digits.
        var digest: String
        /// Of the zip, in bytes.
        var size: Int64
        /// Where AWS would keep it.
        var key: String
        /// The commit that it was made of; nil where it is not of a source action.
        var commit: String?

        /// AWS's name for it.
        var arn: String { "arn:aws:s3:::codepipeline-us-east-1-000000000000/\(key)" }
    }

    /// What people call the execution, PIPELINE/NUMBER.
    var execution: String
    /// The execution's UUID.
    var executionID: String
    var stage: String
    var action: String
    /// The primary one first; none for commands that take nothing.
    var sources: [Source]
    /// The names of the artifacts that are to be made.
    var outputs: [String]
    var buildspec: BuildRequest.BuildspecSource
    /// Whether what the commands leave running goes on after a good end.
    var leavesProcesses = false

    /// The form that the journal keeps.
    var text: String {
        // Texts and numbers have a JSON form.
        (try? JSONText.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }

    init(
        execution: String,
        executionID: String,
        stage: String,
        action: String,
        sources: [Source],
        outputs: [String],
        buildspec: BuildRequest.BuildspecSource
    ) {
        self.execution = execution
        self.executionID = executionID
        self.stage = stage
        self.action = action
        self.sources = sources
        self.outputs = outputs
        self.buildspec = buildspec
    }

    /// Reads what `text` gives; nil for anything else.
    init?(_ text: String) {
        guard let inputs = try? JSONText.decode(ActionInputs.self, from: Array(text.utf8)) else { return nil }
        self = inputs
    }
}
