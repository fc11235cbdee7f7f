// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import Journals
internal import Retention
internal import WireWords

/// What is kept, and what was removed.
extension ControlSession {
    /// Answers a request about what is kept.
    func answer(_ request: RetentionRequest) async throws(ControlFailure) -> RetentionReport {
        switch request {
        case .collect(let isDryRun, let project):
            return try await services.retention.collect(isDryRun: isDryRun, project: project)
        }
    }

    /// That the files of a build were removed; nil while they are there.
    func removal(ofBuild id: BuildID) async -> Build.Removal? {
        let found = try? await services.journal.use { journal throws(JournalError) in try journal.removal(ofBuild: id) }
        return found.flatMap { $0 }.map(Self.removal)
    }

    /// Why there is no build of a name that once was one's: PROJECT#NUMBER of a number that was given.
    func removedBuild(_ name: String) async throws(ControlFailure) -> ControlFailure? {
        let parts = name.split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int64(parts[1]), number > 0 else { return nil }
        let last = try await Self.journalled { () throws(JournalError) in
            try await services.journal.use { journal throws(JournalError) in
                try journal.lastBuildNumber(of: String(parts[0]))
            }
        }
        if number > last { return nil }
        return ControlFailure(
            .notFound,
            "build \(name) is not there any more: retention removes builds that are too old or too many; "
                + "`nacre list` shows what there is"
        )
    }

    static func removal(_ removal: FilesRemoval) -> Build.Removal {
        let reason = RetentionReason(rawValue: removal.reason)?.explanation ?? removal.reason
        return Build.Removal(time: Timestamp(milliseconds: removal.at), reason: reason)
    }
}
