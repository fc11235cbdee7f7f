// SPDX-License-Identifier: Apache-2.0

/// What a person sees who is asked to approve an execution: what is new since what is live, in commits and in numbers.
///
/// Instants are milliseconds since 1970, UTC.
package struct ApprovalView: Sendable, Hashable, Codable {
    /// An approval of the execution that waits.
    package struct Question: Sendable, Hashable, Codable {
        package var stage: String
        package var action: String
        package var token: String
        /// Since when it waits.
        package var since: Int64
        /// When it fails by itself.
        package var deadline: Int64?
        /// What the definition says to whoever decides.
        package var customData: String?
        package var externalEntityLink: String?

        package init(stage: String, action: String, token: String, since: Int64) {
            self.stage = stage
            self.action = action
            self.token = token
            self.since = since
        }
    }

    /// The execution that is live now, which this one is compared with.
    package struct Live: Sendable, Hashable, Codable {
        package var id: String
        package var number: Int64
        /// Since when it is live.
        package var since: Int64

        package init(id: String, number: Int64, since: Int64) {
            self.id = id
            self.number = number
            self.since = since
        }
    }

    /// A source of the execution.
    package struct Source: Sendable, Hashable, Codable {
        /// One commit that is new.
        package struct Commit: Sendable, Hashable, Codable {
            package var id: String
            /// `NAME <MAIL>`.
            package var author: String
            package var at: Int64
            package var summary: String

            package init(id: String, author: String, at: Int64, summary: String) {
                self.id = id
                self.author = author
                self.at = at
                self.summary = summary
            }
        }

        package var action: String
        package var revision: SourceRevision
        /// What the live execution has; nil where there is none, or where it has no such source.
        package var live: SourceRevision?
        /// What is in this revision and not in the live one, newest first; of a first execution the one commit.
        package var commits: [Commit]
        /// How many more there are.
        package var moreCommits: Int
        /// How many commits of the live execution are not in this one: something is taken back.
        package var lostCommits: Int
        /// Why the commits cannot be told.
        package var note: String?

        package init(action: String, revision: SourceRevision, live: SourceRevision?) {
            self.action = action
            self.revision = revision
            self.live = live
            commits = []
            moreCommits = 0
            lostCommits = 0
        }
    }

    /// An artifact of the execution beside the live one of its name.
    package struct Artifact: Sendable, Hashable, Codable {
        package var name: String
        package var digest: String
        package var size: Int64
        package var liveDigest: String?

        package init(_ reference: ArtifactReference, live: ArtifactReference?) {
            name = reference.name
            digest = reference.digest
            size = reference.size
            liveDigest = live?.digest
        }

        /// `new`, `same` or `changed`.
        package var change: String {
            guard let liveDigest else { return "new" }
            return liveDigest == digest ? "same" : "changed"
        }
    }

    /// A variable that an action has given out, beside the live one.
    package struct Variable: Sendable, Hashable, Codable {
        package var namespace: String
        package var name: String
        package var value: String
        package var live: String?

        package init(namespace: String, name: String, value: String, live: String?) {
            self.namespace = namespace
            self.name = name
            self.value = value
            self.live = live
        }
    }

    /// A test or coverage report of one of the builds.
    package struct TestReport: Sendable, Hashable, Codable {
        package var action: String
        package var name: String
        /// AWS's word: `SUCCEEDED`, `FAILED`, `INCOMPLETE`.
        package var status: String
        /// `42 tests, 41 passed, 1 failed in 3.2 s`.
        package var totals: String
        /// The totals of the live execution's report of that name.
        package var live: String?

        package init(action: String, name: String, status: String, totals: String, live: String? = nil) {
            self.action = action
            self.name = name
            self.status = status
            self.totals = totals
            self.live = live
        }
    }

    package var pipeline: String
    /// The execution's id.
    package var execution: String
    package var number: Int64
    package var status: ExecutionStatus
    package var trigger: ExecutionTrigger
    /// The approvals that wait; empty where none does.
    package var questions: [Question]
    package var live: Live?
    package var sources: [Source]
    package var metrics: [MetricComparison]
    /// How many metrics were left out, as there are too many.
    package var moreMetrics: Int
    package var variables: [Variable]
    package var reports: [TestReport]
    package var artifacts: [Artifact]
    /// What could not be shown, and why.
    package var notes: [String]

    package init(_ execution: PipelineExecution) {
        pipeline = execution.pipeline
        self.execution = execution.id
        number = execution.number
        status = execution.status
        trigger = execution.trigger
        questions = []
        sources = []
        metrics = []
        moreMetrics = 0
        variables = []
        reports = []
        artifacts = []
        notes = []
    }

    package var label: String { "\(pipeline)/\(number)" }
}
