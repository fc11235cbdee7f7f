// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes

// What an environment is asked to do, and what comes of it.
extension EnvironmentStore {
    /// Asks for something, and sees to it that the environment's process lives to do it.
    /// - Parameters:
    ///   - kind: what is asked for.
    ///   - version: what is to run; nil: nothing.
    ///   - id: of the one who asks; a request with the same id is not put again.
    ///   - whenIdle: whether a request that is not decided yet goes before; otherwise it gives way.
    /// - Returns: the request's number.
    /// - Throws: `notFound` for the environment or the version; `busy`; `system`.
    @discardableResult
    package func submit(
        _ kind: EnvironmentRequest.Kind,
        version: String?,
        id: String,
        provenance: DeploymentProvenance,
        to name: String,
        whenIdle: Bool = false
    ) throws(EnvironmentsError) -> Int64 {
        guard try settings(name) != nil else { throw Self.missing(name) }
        if let version, !Folder.isFolder(folder(name).version(version)) {
            throw EnvironmentsError(.notFound, "environment \(name) has no version \(version) any more")
        }
        let number = try enter(kind, version, id, provenance, name, whenIdle)
        try ensureProcess(name)
        return number
    }

    private func enter(
        _ kind: EnvironmentRequest.Kind,
        _ version: String?,
        _ id: String,
        _ provenance: DeploymentProvenance,
        _ name: String,
        _ whenIdle: Bool
    ) throws(EnvironmentsError) -> Int64 {
        let lock = try Self.lock(folder(name).requestLock)
        defer { withExtendedLifetime(lock) {} }
        let last = try JSONFile.read(EnvironmentRequest.self, folder(name).desired)
        if let last, last.id == id { return last.number }
        let state = state(name)
        if let deployment = state.deployment(id: id) { return deployment.number }
        if whenIdle, let last, last.number > state.settled {
            throw EnvironmentsError(
                .busy,
                "environment \(name) is carrying out another request (\(last.kind.rawValue) \(last.version ?? ""))"
            )
        }
        let request = EnvironmentRequest(
            // A state that was lost must not make an old number new.
            number: max(last?.number ?? 0, state.settled) + 1,
            id: id,
            kind: kind,
            version: version,
            provenance: provenance,
            requestedAt: WallClock.milliseconds()
        )
        try JSONFile.write(request, folder(name).desired, isDurable: true)
        return request.number
    }

    /// Waits until a request is decided; starts the environment's process again should it be killed meanwhile.
    /// - Parameters:
    ///   - number: the request's.
    ///   - name: the environment's.
    ///   - milliseconds: how long at most; nil: as long as it takes.
    /// - Returns: what came of it; nil when the time is over.
    package func wait(
        for number: Int64,
        of name: String,
        milliseconds: Int64? = nil
    ) throws(EnvironmentsError) -> Deployment? {
        let end = milliseconds.map { MonotonicClock.milliseconds() + $0 }
        let changes = try EnvironmentsError.system { () throws(FileError) in
            let changes = try Inotify()
            _ = try changes.addWatch(folder(name).path, [.movedTo, .selfMoved])
            return changes
        }
        var launches = 0
        while true {
            if let deployment = try outcome(of: number, name) { return deployment }
            // With the time over, what has happened by now has been looked at.
            let left = end.map { $0 - MonotonicClock.milliseconds() } ?? .max
            if left <= 0 { return nil }
            if !FileLock.isHeld(folder(name).lock) {
                launches += 1
                if launches > 3 {
                    throw EnvironmentsError(
                        .system,
                        "the process of environment \(name) ends again and again; its log is \(folder(name).log)"
                    )
                }
                try ensureProcess(name)
            }
            var event = pollfd(fd: changes.number, events: Int16(POLLIN), revents: 0)
            // A process that is killed tells nobody; so it is looked for now and then.
            _ = unsafe poll(&event, 1, Int32(min(left, 1_000)))
            _ = try? changes.readEvents()
        }
    }

    private func outcome(of number: Int64, _ name: String) throws(EnvironmentsError) -> Deployment? {
        guard try settings(name) != nil else { throw Self.missing(name) }
        let state = state(name)
        if let deployment = state.deployment(number: number), deployment.status != .inProgress { return deployment }
        guard state.settled >= number, state.deployment(number: number) == nil else { return nil }
        // Another request came before anybody had looked at this one, or it is long forgotten.
        return Deployment(overtaken: number)
    }

    // MARK: - For people

    /// Ends an environment's application and its process; its port is free afterwards.
    package func stop(_ name: String, by person: String? = nil) throws(EnvironmentsError) {
        let report = try report(name)
        if !report.isAlive, !(report.desired?.runs ?? false) { return }
        let provenance = person.map { DeploymentProvenance.by($0) } ?? DeploymentProvenance()
        let number = try submit(.stop, version: nil, id: Self.newRequestID(), provenance: provenance, to: name)
        _ = try wait(for: number, of: name)
        // The process ends right after it has said so.
        let end = MonotonicClock.milliseconds() + 30_000
        while FileLock.isHeld(folder(name).lock), MonotonicClock.milliseconds() < end { usleep(5_000) }
    }

    /// Runs the version again that ran before the stop.
    /// - Returns: the request's number.
    /// - Throws: `notFound` where there is no version to run.
    package func start(_ name: String, by person: String? = nil) throws(EnvironmentsError) -> Int64 {
        let report = try report(name)
        guard let version = report.state.running?.version ?? report.desired?.version else {
            throw EnvironmentsError(.notFound, "environment \(name) has no version to run; deploy one to it")
        }
        let provenance = person.map { DeploymentProvenance.by($0) } ?? DeploymentProvenance()
        return try submit(.start, version: version, id: Self.newRequestID(), provenance: provenance, to: name)
    }

    /// Runs the version that ran before the present one.
    /// - Returns: the request's number, and the version.
    /// - Throws: `notFound` where there is none any more.
    package func rollback(
        _ name: String,
        by person: String? = nil
    ) throws(EnvironmentsError) -> (number: Int64, version: String) {
        guard let version = try report(name).state.previous else {
            throw EnvironmentsError(.notFound, "environment \(name) has no version that ran before")
        }
        let provenance = person.map { DeploymentProvenance.by($0) } ?? DeploymentProvenance()
        let id = Self.newRequestID()
        return (try submit(.rollback, version: version, id: id, provenance: provenance, to: name), version)
    }

    /// Gives a request up, unless another has come since: the version that runs is to go on.
    package func withdraw(id: String, from name: String) throws(EnvironmentsError) {
        let report = try report(name)
        guard let pending = report.pending, pending.id == id else { return }
        let version = report.state.running?.version
        let kind: EnvironmentRequest.Kind = version == nil ? .stop : .start
        var provenance = pending.provenance
        if let version { provenance = try self.version(version, of: name)?.provenance ?? provenance }
        try submit(kind, version: version, id: "\(id)-withdrawn", provenance: provenance, to: name)
    }

    func restartIfRunning(_ name: String, _ person: String?) throws(EnvironmentsError) {
        let report = try report(name)
        guard report.desired?.runs ?? false, let version = report.state.running?.version else { return }
        let provenance = report.state.running?.provenance ?? DeploymentProvenance()
        try submit(.restart, version: version, id: Self.newRequestID(), provenance: provenance, to: name)
    }

    static func newRequestID() -> String {
        String(UInt64.random(in: .min ... .max), radix: 16) + String(UInt64.random(in: .min ... .max), radix: 16)
    }
}
