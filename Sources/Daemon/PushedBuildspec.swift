// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import Diagnostics
internal import Git
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
            let problems = reading.diagnostics + (reading.buildspec?.notYetExecuted() ?? [])
            return problems.filter { $0.severity == .error }
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
