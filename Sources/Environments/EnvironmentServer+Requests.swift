// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes

// Requests: another version beside the one that serves, the switch, the end.
extension EnvironmentServer {
    /// Looks whether there is a new request, and begins to carry it out.
    func takeRequest() {
        guard !isStopping, let request = try? JSONFile.read(EnvironmentRequest.self, folder.desired) else { return }
        guard request.number > max(state.settled, candidate?.deployment.number ?? 0) else { return }
        if let settings = try? JSONFile.read(EnvironmentSettings.self, folder.settings) { self.settings = settings }
        let deployment = Deployment(request, at: WallClock.milliseconds())
        guard let version = request.version else { return stop(for: deployment) }
        if let old = candidate { fail(old, "another request took its place") }
        if request.kind == .start, let serving, serving.isServing, serving.version == version {
            settle(deployment, nil)
            return save(isDurable: true)
        }
        if proxy.port != settings.port { movePort() } else { openPort() }
        deploy(version, deployment)
    }

    private func deploy(_ version: String, _ deployment: Deployment) {
        let instance = Instance(version: version, settings, surroundings)
        candidate = Candidate(instance: instance, deployment: deployment)
        instance.whenServing = { [unowned self] in turn() }
        instance.whenFailed = { [unowned self] reason in
            if let candidate { fail(candidate, reason) }
            save(isDurable: true)
        }
        note(.info, "\(Self.title(deployment)) \(version) begins.", version)
        state.note(deployment)
        instance.start()
        for warning in instance.warnings { note(.warn, warning + ".", version) }
        save()
    }

    var surroundings: Instance.Surroundings { Instance.Surroundings(loop: loop, log: log, folder: folder) }

    private static func title(_ deployment: Deployment) -> String {
        switch deployment.kind {
        case .deploy: "Deployment of"
        case .rollback: "Rollback to"
        case .restart: "Restart of"
        case .start, .stop: "Start of"
        }
    }

    /// Lets the candidate serve; the one that did so far answers what it has begun.
    private func turn() {
        guard let candidate, let target = candidate.instance.target else { return }
        openPort()
        if !proxy.isListening {
            fail(candidate, portProblem ?? "the environment's port cannot be had")
            return save(isDurable: true)
        }
        let version = candidate.instance.version
        let oldTarget = proxy.turn(to: target)
        loop.cancel(restartTimer)
        restartTimer = nil
        self.candidate = nil
        if let old = serving { leave(old, oldTarget) }
        keep(candidate.instance)
        let now = WallClock.milliseconds()
        let record = try? JSONFile.read(EnvironmentVersion.self, folder.versionRecord(version))
        if let last = state.running?.version, last != version { state.previous = last }
        state.running = EnvironmentState.Running(
            version: version,
            provenance: record?.provenance ?? candidate.deployment.provenance,
            port: Int(target.address.port),
            since: now,
            restarts: 0
        )
        note(.info, "Version \(version) serves on \(settings.url).", version)
        settle(candidate.deployment, nil)
        save(isDurable: true)
    }

    /// Ends a candidate that has failed; what serves goes on.
    private func fail(_ candidate: Candidate, _ reason: String) {
        self.candidate = nil
        remove(candidate.instance)
        let version = candidate.instance.version
        let rest = serving.map { "; version \($0.version) goes on" } ?? ""
        note(.error, "\(Self.title(candidate.deployment)) \(version) failed\(rest): \(reason)", version)
        settle(candidate.deployment, reason)
        if serving == nil {
            lastFailure = reason
            if state.running != nil, restartTimer == nil, !isStopping { restartLater() }
        }
    }

    private func settle(_ deployment: Deployment, _ failure: String?) {
        var deployment = deployment
        deployment.status = failure == nil ? .succeeded : .failed
        deployment.reason = failure
        deployment.endedAt = WallClock.milliseconds()
        state.note(deployment)
        state.settled = max(state.settled, deployment.number)
    }

    private func movePort() {
        proxy.stopListening()
        proxy.port = settings.port
        portProblem = nil
        openPort()
    }

    // MARK: - Those that leave

    /// Takes an instance out of service: it answers what it has begun, then it is ended.
    func leave(_ instance: Instance, _ target: ProxyTarget?) {
        instance.whenServing = nil
        instance.whenFailed = nil
        guard let target else { return remove(instance) }
        leaving.append(instance)
        let limit = loop.after(Int64(settings.limits.drain) * 1000) { target.cut() }
        target.retire { [unowned self] in
            loop.cancel(limit)
            end(instance)
        }
    }

    /// Ends an instance at once.
    func remove(_ instance: Instance) {
        leaving.append(instance)
        end(instance)
    }

    private func end(_ instance: Instance) {
        instance.end { [unowned self] in
            leaving.removeAll { $0 === instance }
            save()
            finishStop()
        }
    }

    // MARK: - The end

    /// Ends everything, and then this process.
    ///
    /// * `deployment`: the request for it; nil: a signal asks for it, and the next process begins where this one was.
    func stop(for deployment: Deployment?) {
        if isStopping { return }
        if let old = candidate { fail(old, "the environment is being stopped") }
        isStopping = true
        stopDeployment = deployment
        note(.info, deployment == nil ? "The environment's process ends." : "The environment is being stopped.")
        loop.cancel(restartTimer)
        loop.cancel(monitorTimer)
        proxy.stopListening()
        let target = proxy.turn(to: nil)
        if let instance = serving {
            serving = nil
            leave(instance, target)
        }
        save()
        finishStop()
    }

    private func finishStop() {
        guard isStopping, leaving.isEmpty else { return }
        // Nothing is known of these but that somebody here has started them.
        _ = ProcessTree.killAll(within: 5_000)
        state.running?.port = nil
        state.owner = nil
        state.health = .grey
        state.causes = []
        if let stopDeployment {
            note(.info, "The environment has been stopped.")
            state.status = .terminated
            settle(stopDeployment, nil)
        }
        save(isDurable: true)
        loop.stop()
    }
}
