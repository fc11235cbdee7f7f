// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Files
internal import Git
internal import Glibc
internal import Journals
internal import Repositories

extension RepositoryFacts {
    /// Looks at all repositories of a home's journal.
    static func probe(_ home: Home, hookProgram: String) -> [RepositoryFacts] {
        let repositories = (try? Journal(existing: home.database).repositories()) ?? []
        return repositories.map { probe($0, home, hookProgram) }
    }

    private static func probe(_ record: RepositoryRecord, _ home: Home, _ program: String) -> RepositoryFacts {
        var facts = RepositoryFacts(
            name: record.name,
            path: record.path,
            isThere: Folder.isFolder(record.path),
            isHooked: record.isHooked,
            program: program,
            socket: home.socket
        )
        guard facts.isThere else { return facts }
        var status = stat()
        if unsafe stat(record.path, &status) == 0, status.st_uid != geteuid() { facts.foreignOwner = status.st_uid }
        if Folder.isFolder("\(record.path)/reftable") { facts.refFormat = "reftable" }
        do throws(GitError) {
            let unreadable = try RefScan.read(record.path, patterns: .standard).unreadable.sorted()
            if !unreadable.isEmpty { facts.fault = "\(unreadable.joined(separator: ", ")) cannot be read" }
        } catch {
            facts.fault = "\(error)"
            return facts
        }
        facts.hook = try? Hooks(repository: record.path).status()
        return facts
    }
}
