// SPDX-License-Identifier: Apache-2.0

internal import Batches
internal import Buildspecs
internal import Diagnostics
internal import Git
internal import JSON
internal import Journals

/// The buildspec of a commit that has just been pushed, before its build has begun.
enum PushedBuildspec {
    /// What can be checked while somebody waits.
    private static let limitBytes = 2 << 20

    /// What would keep the builds of these commits from running.
    ///
    /// Blocking.
    static func problems(of commits: Set<String>, in repository: RepositoryRecord) -> [Diagnostic] {
        guard let git = try? GitRepository.open(bare: repository.path) else { return [] }
        return commits.sorted().flatMap { commit -> [Diagnostic] in
            guard let id = ObjectID(hex: commit) else { return [] }
            let bytes: [UInt8]
            do throws(GitError) {
                guard let found = try git.blob(at: "buildspec.yml", in: id, limit: limitBytes) else { return [missing] }
                bytes = found
            } catch {
                // A commit that cannot be read, or a file that is too large, is the build's own failure to tell.
                return []
            }
            let reading = BuildspecReader.read(bytes, file: "buildspec.yml")
            let problems = reading.diagnostics + (reading.buildspec?.refusals() ?? [])
            return problems.filter { $0.severity == .error }
        }
    }

    /// The plan of a batch, as JSON, or why it has none.
    ///
    /// Blocking.
    static func plan(
        of batch: BatchRecord,
        in repository: RepositoryRecord?
    ) -> Result<String, BatchReading.Refusal> {
        guard let repository else {
            return .failure(refusal("the repository has been removed from Nacre; add it again and push"))
        }
        let bytes: [UInt8]
        do throws(GitError) {
            guard let commit = ObjectID(hex: batch.commit) else {
                return .failure(refusal("\(batch.commit) is not a commit id"))
            }
            let git = try GitRepository.open(bare: repository.path)
            guard let found = try git.blob(at: "buildspec.yml", in: commit, limit: limitBytes) else {
                return .failure(
                    BatchReading.Refusal(statusCode: "YAML_FILE_ERROR", message: "YAML file does not exist")
                )
            }
            bytes = found
        } catch {
            return .failure(unreadable(batch, error))
        }
        return text(BatchReading(bytes, file: "buildspec.yml"))
    }

    /// Why a batch has no plan whose repository does not give its buildspec.
    static func unreadable(_ batch: BatchRecord, _ error: any Error) -> BatchReading.Refusal {
        refusal("the buildspec of commit \(batch.commit) cannot be read: \(error)")
    }

    private static func refusal(_ message: String) -> BatchReading.Refusal {
        BatchReading.Refusal(statusCode: "CLIENT_ERROR", message: message)
    }

    /// The plan of a buildspec as the journal keeps it.
    static func text(_ reading: BatchReading) -> Result<String, BatchReading.Refusal> {
        reading.plan.map { plan in
            // Texts and numbers have a JSON form.
            (try? JSONText.encode(plan)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
        }
    }

    /// What would keep these batches from running.
    ///
    /// Blocking.
    static func batchProblems(of batches: [BatchRecord], in repository: RepositoryRecord) -> [String] {
        batches.compactMap { batch in
            if case .failure(let refusal) = plan(of: batch, in: repository) { refusal.message } else { nil }
        }
    }

    private static var missing: Diagnostic {
        Diagnostic(
            .error,
            "there is no buildspec.yml at the top of the commit",
            at: SourceLocation(file: "buildspec.yml", line: 1, column: 1)
        )
    }
}
