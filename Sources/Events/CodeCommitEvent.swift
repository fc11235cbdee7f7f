// SPDX-License-Identifier: Apache-2.0

package import JSON

/// `CodeCommit Repository State Change`: a branch or tag was made, moved or removed.
package struct CodeCommitEvent: Sendable, Hashable {
    package var repository: String
    /// AWS's `repositoryId`, a UUID; nil: the name stands for it.
    package var repositoryID: String?
    /// The full name, such as `refs/heads/main`.
    package var ref: String
    /// Nil: it was not there before.
    package var oldCommit: String?
    /// Nil: it is there no more.
    package var newCommit: String?
    /// Who did it; nil where that is not known.
    package var person: String?

    package init(
        repository: String,
        ref: String,
        oldCommit: String?,
        newCommit: String?,
        repositoryID: String? = nil,
        person: String? = nil
    ) {
        self.repository = repository
        self.repositoryID = repositoryID
        self.ref = ref
        self.oldCommit = oldCommit
        self.newCommit = newCommit
        self.person = person
    }

    /// The event as EventBridge has it.
    package func json(_ envelope: EventEnvelope) -> JSONValue {
        let name =
            switch (oldCommit, newCommit) {
            case (nil, _): "referenceCreated"
            case (_, nil): "referenceDeleted"
            default: "referenceUpdated"
            }
        let isTag = ref.utf8.starts(with: "refs/tags/".utf8)
        let prefix = ["refs/tags/", "refs/heads/"].first { ref.utf8.starts(with: $0.utf8) } ?? ""
        var detail: [String: JSONValue] = [
            "event": .string(name),
            "repositoryName": .string(repository),
            "repositoryId": .string(repositoryID ?? repository),
            "referenceType": .string(isTag ? "tag" : "branch"),
            "referenceName": .string(String(ref.dropFirst(prefix.count))),
            "referenceFullName": .string(ref),
        ]
        detail["commitId"] = newCommit.map { .string($0) }
        detail["oldCommitId"] = oldCommit.map { .string($0) }
        detail["callerUserArn"] = person.map { .string("arn:aws:iam::\(envelope.account):user/\($0)") }
        return envelope.event(
            source: "aws.codecommit",
            type: "CodeCommit Repository State Change",
            resources: [envelope.arn("codecommit", repository)],
            detail: detail
        )
    }
}
