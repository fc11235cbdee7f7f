// SPDX-License-Identifier: Apache-2.0

package import Backups
package import Control
internal import Environments
internal import Files
internal import Glibc
internal import Journals
internal import Repositories

/// `nacre restore`: a home out of a backup, there whole or not at all.
///
/// What ran when the backup was made may go on elsewhere, so nothing of it is taken up: its builds end as interrupted, its
/// actions fail, and both can be tried again by whoever knows that they may.
package struct HomeRestore: Sendable {
    /// What came of it.
    package struct Outcome: Sendable {
        package var summary: BackupSummary
        /// Builds that ran, as people call them.
        package var interruptedBuilds: [String] = []
        /// Actions and rules that ran, `PIPELINE/NUMBER NAME`.
        package var interruptedActions: [String] = []
        /// What is left for a person to do, a sentence each.
        package var warnings: [String] = []
    }

    /// Why what ran has ended.
    static let reason = "interrupted by the restore of a backup"

    let home: Home
    let hookProgram: String

    /// * `home`: where it is to be; missing or empty.
    /// * `hookProgram`: the absolute path of `nacre-hook`.
    package init(_ home: Home, hookProgram: String) {
        self.home = home
        self.hookProgram = hookProgram
    }

    /// Restores the backup at a path.
    package func run(_ path: String) throws(BackupError) -> Outcome {
        try checkHome()
        let reader = try BackupReader(path)
        if let unknown = reader.header.schema.first(where: { !Journal.schemaSteps.contains($0) }) {
            throw BackupError(
                .newer,
                "\(path) was written by a newer version of Nacre (\(reader.header.nacre); its journal has the step "
                    + "'\(unknown)'); restore it with that version"
            )
        }
        let draft = try RestoreDraft.make(of: home)
        do throws(BackupError) {
            var outcome = Outcome(summary: try reader.unpack(into: draft.home.path))
            try RestoredJournal(home: draft.home, final: home).settle(&outcome, from: reader.header)
            try forgetProcesses(draft.home)
            installHooks(draft.home, &outcome)
            if reader.header.without.contains("secrets") {
                outcome.warnings.append(
                    "the backup was made without secrets: put them again (`nacre secret`, `nacre parameter`)"
                )
            }
            try draft.place()
            return outcome
        } catch {
            draft.remove()
            throw error
        }
    }

    // MARK: - The place

    /// Refuses a home in which there is anything.
    private func checkHome() throws(BackupError) {
        if FileLock.isHeld(home.lock) {
            throw BackupError(.refused, "a daemon runs on \(home.path); name another home by --home")
        }
        let names: [String]
        do throws(FileError) {
            names = try DirectoryListing.names(of: home.path)
        } catch {
            if error.code == ENOENT { return }
            throw BackupError(error, "the home cannot be used")
        }
        let abandoned = RestoreDraft.abandoned(of: home).map(Paths.name)
        if let first = names.filter({ $0 != "lost+found" && !abandoned.contains($0) }).sorted().first {
            throw BackupError(
                .refused,
                "\(home.path) is not empty (there is \(first)); move it away, or name another home by --home"
            )
        }
    }

    // MARK: - What is tied to a place

    /// The processes of environments that the backup names are others' here.
    private func forgetProcesses(_ draft: Home) throws(BackupError) {
        let store = EnvironmentStore(draft.environments)
        do throws(EnvironmentsError) {
            for name in try store.names() { try store.forgetProcesses(name) }
        } catch {
            throw BackupError(.system, "the environments cannot be restored: \(error.message)")
        }
    }

    /// The hooks of hosted repositories call the daemon of this home from now on; those of others stay as they are, since
    /// another daemon may listen to them.
    private func installHooks(_ draft: Home, _ outcome: inout Outcome) {
        do throws(JournalError) {
            let repositories = try Journal(existing: draft.database).repositories()
            for repository in repositories where repository.isHooked {
                guard repository.isHosted else {
                    outcome.warnings.append(
                        "\(repository.name) lies at \(repository.path): `nacre hooks install \(repository.name)` if its "
                            + "pushes are to be told to this home"
                    )
                    continue
                }
                do throws(RepositoriesError) {
                    try Hooks(repository: draft.repository(repository.name)).install(
                        program: hookProgram,
                        socket: home.socket
                    )
                } catch {
                    outcome.warnings.append("the hook of \(repository.name) could not be installed: \(error)")
                }
            }
        } catch {
            outcome.warnings.append("hooks could not be installed: \(error.message)")
        }
    }
}
