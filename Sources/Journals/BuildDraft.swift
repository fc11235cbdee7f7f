// SPDX-License-Identifier: Apache-2.0

package import WireWords

/// A build to be queued; its number is given by the journal.
package struct BuildDraft: Sendable, Hashable {
    /// Made by the caller, so that a repeated request can be recognised.
    package var id: BuildID
    /// Nil for a build that comes from no repository of ours.
    package var repository: RepositoryID?
    /// The full name of the ref that is built.
    package var ref: String
    /// The object id of the commit that is built.
    package var commit: String
    /// The commit before it on the ref; nil when there is none.
    package var previousCommit: String?
    /// Who or what asked for the build, as AWS's `initiator`.
    package var initiator: String
    /// The variables given with the request: a JSON text that the journal does not read.
    package var environment: String
    /// The buildspec given instead of the source's own; nil for that one.
    package var buildspec: String?
    /// How it is to run: a JSON text that the journal does not read.
    package var settings: String
    /// Which try it is; 0 for the first.
    package var attempt: Int64
    /// The build that failed before it: `PROJECT:UUID`.
    package var retryOf: String?
    /// The batch that it belongs to: `PROJECT:UUID`.
    package var batch: String?
    /// Which item of the batch it is: a JSON text that the journal does not read.
    package var batchItem: String?
    /// The order of a pipeline that it carries out; nil for a build of its own, and for an item of a batch.
    package var action: String?
    /// What its workspace is filled with instead of a commit: a JSON text that the journal does not read.
    package var inputs: String?
    /// Why it will have to wait, for a person; nil when nothing is in its way.
    package var waitReason: String?

    /// The build that is tried again, with all that it was given.
    package init(retrying build: BuildRecord, as id: BuildID) {
        self.init(
            id: id,
            repository: build.repository,
            ref: build.ref,
            commit: build.commit,
            previousCommit: build.previousCommit,
            initiator: build.initiator,
            environment: build.environment,
            buildspec: build.buildspec,
            settings: build.settings
        )
        attempt = build.attempt + 1
        retryOf = build.id.description
        batch = build.batch
        batchItem = build.batchItem
        action = build.action
        inputs = build.inputs
    }

    package init(
        id: BuildID,
        repository: RepositoryID?,
        ref: String,
        commit: String,
        previousCommit: String? = nil,
        initiator: String,
        environment: String = "[]",
        buildspec: String? = nil,
        settings: String = "{}",
        waitReason: String? = nil
    ) {
        self.id = id
        self.repository = repository
        self.ref = ref
        self.commit = commit
        self.previousCommit = previousCommit
        self.initiator = initiator
        self.environment = environment
        self.buildspec = buildspec
        self.settings = settings
        attempt = 0
        retryOf = nil
        self.waitReason = waitReason
    }
}
