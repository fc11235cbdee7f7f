// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import WireWords

@testable import Journals

/// Short ways to the values that the tests need.
enum Fixture {
    static let main = "refs/heads/main"
    static let zero = String(repeating: "0", count: 40)
    static var path: String { "\(ScratchDirectory.path)/nacre.db" }

    /// The object id that consists of one letter.
    static func oid(_ letter: Character) -> String {
        String(repeating: letter, count: 40)
    }

    /// The n-th build id of a project.
    static func id(_ number: Int, project: String = "abalone") throws -> BuildID {
        let digits = String(number, radix: 16)
        let tail = String(repeating: "0", count: 12 - digits.count) + digits
        guard let id = BuildID(project: project, uuid: "00000000-0000-4000-8000-\(tail)") else {
            throw CocoaError(.coderInvalidValue)
        }
        return id
    }

    static func draft(_ number: Int, project: String = "abalone", repository: RepositoryID? = nil) throws -> BuildDraft
    {
        BuildDraft(
            id: try id(number, project: project),
            repository: repository,
            ref: main,
            commit: oid("b"),
            initiator: "test"
        )
    }

    /// A journal with the repository `abalone`, whose main branch was last seen at `aaa…`.
    static func journal() throws -> (journal: Journal, repository: RepositoryID) {
        let journal = try Journal(path: path)
        let record = try journal.addRepository(
            RepositoryDraft(
                name: "abalone",
                path: "/srv/abalone.git",
                isHosted: true,
                isHooked: true,
                branches: ["main"]
            ),
            refs: [RefValue(ref: main, oid: oid("a"))],
            at: 1_000
        )
        return (journal, record.id)
    }
}

extension RecordedChange {
    /// Whether the change had been noticed before.
    var isDuplicate: Bool { verdict == .duplicate || verdict == .claimed }
}

extension Journal {
    /// Queues a build that no change of a ref has caused; with `isStarting` it gets a slot at once.
    func enqueue(_ draft: BuildDraft, isStarting: Bool = false, at instant: Int64) throws -> BuildRecord {
        let queued = try enqueueAction(draft, at: instant).build
        return isStarting ? try start(draft.id, at: instant) ?? queued : queued
    }

    /// Records one notice, with a build to follow.
    func record(_ notice: ChangeNotice, build number: Int) throws -> RecordedChange {
        try record([(notice, .build(Fixture.draft(number, repository: notice.repository)))], at: 2_000)[0]
    }

    /// The last-seen value of the main branch.
    func lastSeenMain(_ repository: RepositoryID) throws -> String? {
        try lastSeenRefs(repository).first { $0.ref == Fixture.main }?.oid
    }
}
