// SPDX-License-Identifier: Apache-2.0

internal import Backups
internal import Builds
internal import Control
internal import Files
internal import Journals
internal import Pipelines
internal import WireWords

extension JournalFacts {
    /// Looks at a home's journal; nothing is changed, an older schema least of all.
    static func probe(_ home: Home, isDeep: Bool, hasDaemon: Bool) -> JournalFacts {
        var facts = JournalFacts(path: home.database)
        facts.isDeep = isDeep
        facts.hasDaemon = hasDaemon
        for path in [home.buckets, home.secrets] where Folder.exists(path) {
            if let fault = DatabaseCopy.fault(of: path, isDeep: isDeep) { facts.otherFaults.append(fault) }
        }
        if Folder.exists(home.secrets), !Folder.exists(home.secretsKey) {
            facts.otherFaults.append(
                "\(home.secretsKey) is missing: parameters and secrets cannot be read; put it back from a backup"
            )
        }
        guard Folder.exists(home.database) else {
            facts.fault =
                home.journalTrace.map { trace in
                    "\(home.database) is missing, but \(trace) shows that it was there; put it back from a backup"
                } ?? "\(home.database) is missing; a daemon makes a new one, `nacre restore` brings back an old one"
            return facts
        }
        // Before it is opened as a journal, which would write the write-ahead log into what is damaged.
        facts.fault = DatabaseCopy.fault(of: home.database, isDeep: isDeep)
        if facts.fault != nil { return facts }
        do throws(BackupError) {
            let steps = try DatabaseCopy.schema(of: home.database)
            facts.pendingSteps = Journal.schemaSteps.filter { !steps.contains($0) }.count
            if facts.pendingSteps > 0 { return facts }
        } catch {
            facts.fault = error.message
            return facts
        }
        do throws(JournalError) {
            try facts.look(at: try Journal(existing: home.database, isFirst: !hasDaemon), home)
        } catch {
            facts.fault = error.message
        }
        return facts
    }

    private mutating func look(at journal: Journal, _ home: Home) throws(JournalError) {
        for record in try journal.unfinishedBuilds() {
            if record.state == .queued {
                waiting += 1
                continue
            }
            let standing = try? BuildReader.standing(of: home.build(record.id))
            builds.append(LiveBuild(label: "\(record.id.project)#\(record.number)", isLost: standing == .lost))
        }
        let folders = ((try? DirectoryListing.names(of: home.builds)) ?? []).filter { $0.utf8.count == 36 }
        for folder in folders.sorted() where try journal.builds(uuidPrefix: folder, limit: 1).isEmpty {
            // One that somebody works in is not ours to touch.
            let path = "\(home.builds)/\(folder)"
            if !FileLock.isHeld(BuildFolder(path: path).lock) { orphans.append(path) }
        }
        isDrained = try journal.resource(kind: DrainService.Order.kind, name: DrainService.Order.name) != nil
        let names = Set(try journal.repositories().map(\.name))
        for pipeline in try journal.pipelines() {
            let sources = pipeline.definition.stages.flatMap(\.actions).filter {
                $0.type.category == "Source" && $0.type.provider == "CodeCommit"
            }
            for source in sources {
                guard let name = source.configuration["RepositoryName"], !names.contains(name) else { continue }
                missingSources.append(MissingSource(pipeline: pipeline.name, repository: name))
            }
            for stage in try journal.machine(of: pipeline.name)?.snapshot.stages ?? []
            where !stage.transition.isEnabled && !stage.waiting.isEmpty {
                gates.append(
                    ClosedGate(
                        pipeline: pipeline.name,
                        stage: stage.name,
                        executions: stage.waiting.count,
                        reason: stage.transition.reason
                    )
                )
            }
        }
        let now = Timestamp.now().milliseconds
        if let latest = try journal.latestBuild() { secondsAhead = max(0, (latest.queuedAt - now) / 1000) }
    }
}
