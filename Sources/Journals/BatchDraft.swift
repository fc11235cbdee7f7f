// SPDX-License-Identifier: Apache-2.0

package import WireWords

/// A batch to be begun; its number is given by the journal.
package struct BatchDraft: Sendable, Hashable {
    /// Made by the caller.
    package var id: BuildID
    package var repository: RepositoryID?
    /// The full name of the ref that is built.
    package var ref: String
    /// The object id of the commit that is built.
    package var commit: String
    /// The commit before it on the ref; nil when there is none.
    package var previousCommit: String?
    /// Who or what asked for it.
    package var initiator: String
    /// The variables given for all builds: a JSON text that the journal does not read.
    package var environment: String
    /// How its builds are to run: a JSON text that the journal does not read.
    package var settings: String
    /// The order of a pipeline that it carries out; nil for a batch of its own.
    package var action: String?
    /// What the workspaces of its builds are filled with instead of a commit: a JSON text that the journal does not read.
    package var inputs: String?

    /// The batch of what would else be this one build.
    package init(_ build: BuildDraft) {
        id = build.id
        repository = build.repository
        ref = build.ref
        commit = build.commit
        previousCommit = build.previousCommit
        initiator = build.initiator
        environment = build.environment
        settings = build.settings
        action = build.action
        inputs = build.inputs
    }
}
