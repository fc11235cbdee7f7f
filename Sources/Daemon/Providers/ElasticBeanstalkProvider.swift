// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Builds
internal import Digests
internal import Environments
internal import Files
internal import Pipelines
internal import WireWords

/// Deploy to Elastic Beanstalk: a version of an environment that serves on this machine.
///
/// Succeeds when the version answers and has taken over from the one before; that one goes on when it does not.
///
/// Source: "AWS Elastic Beanstalk deploy action reference", CodePipeline user guide.
struct ElasticBeanstalkProvider: ActionProvider {
    let environments: EnvironmentStore
    let artifacts: ArtifactStore

    /// What the action's configuration says.
    private struct Plan: Sendable {
        let application: String
        let environment: String
        let bundle: ArtifactReference
    }

    /// A request that was put.
    private struct Begun: Sendable {
        let number: Int64
        let label: String
        let url: String
        /// Whether the environment was made for it.
        let isNew: Bool
    }

    func run(_ order: ActionOrder, _ progress: ActionProgress) async -> ActionOutcome {
        // A thread of its own: a deployment takes as long as the application's start.
        let thread = BlockingQueue(label: "nacre.deploy.\(order.id)")
        do throws(ActionFailure) {
            let plan = try Self.plan(order)
            let begun = try await begin(order, plan, on: thread)
            var output = ActionOutput()
            output.externalID = begun.label
            output.externalURL = begun.url
            await progress.tell(output)
            let deployment = try await wait(for: begun, order, plan, on: thread)
            if let reason = deployment.reason {
                return ActionOutcome(output: output, failure: failure(reason, plan, begun))
            }
            output.summary = "Environment \(plan.environment) runs \(begun.label) at \(begun.url)"
            if begun.isNew { output.summary? += "; it was made for this, as there was none" }
            return ActionOutcome(output: output)
        } catch {
            return ActionOutcome(failure: error)
        }
    }

    private static func plan(_ order: ActionOrder) throws(ActionFailure) -> Plan {
        guard let application = order.configuration["ApplicationName"], !application.isEmpty else {
            throw ActionFailure(.configurationError, "`ApplicationName` is missing")
        }
        guard let environment = order.configuration["EnvironmentName"], !environment.isEmpty else {
            throw ActionFailure(.configurationError, "`EnvironmentName` is missing: name the environment to deploy to")
        }
        guard let bundle = order.inputs.first, order.inputs.count == 1 else {
            throw ActionFailure(.configurationError, "an action of ElasticBeanstalk takes exactly one input artifact")
        }
        return Plan(application: application, environment: environment, bundle: bundle)
    }

    private func failure(_ reason: String, _ plan: Plan, _ begun: Begun) -> ActionFailure {
        ActionFailure(.jobFailed, "Environment \(plan.environment) does not run \(begun.label): \(reason)")
    }

    // MARK: - Beginning

    private func begin(
        _ order: ActionOrder,
        _ plan: Plan,
        on thread: BlockingQueue
    ) async throws(ActionFailure) -> Begun {
        let (label, url, isNew) = try await blocking(thread) {
            let (settings, isNew) = try environment(of: plan)
            return (try bring(order, plan), settings.url, isNew)
        }
        while !Task.isCancelled {
            let number = try await blocking(thread) { try submit(order, label, to: plan.environment) }
            if let number { return Begun(number: number, label: label, url: url, isNew: isNew) }
        }
        throw ActionFailure(.jobFailed, "The action was stopped before its deployment began.")
    }

    /// The environment that is meant; a pipeline of which there is no template has nobody else to make it.
    private func environment(of plan: Plan) throws -> (EnvironmentSettings, isNew: Bool) {
        if let settings = try environments.settings(plan.environment) {
            if settings.application == plan.application { return (settings, false) }
            throw ActionFailure(
                .configurationError,
                "environment \(plan.environment) belongs to application \(settings.application), "
                    + "not to \(plan.application)"
            )
        }
        let specification = EnvironmentSpecification(name: plan.environment, application: plan.application)
        let made = try environments.put(specification)
        return (made.settings, made.isNew)
    }

    /// Sees to it that the environment has the bundle.
    /// - Returns: the version's label, the same whenever the same order asks.
    private func bring(_ order: ActionOrder, _ plan: Plan) throws -> String {
        guard let digest = SHA256Digest(hex: plan.bundle.digest) else {
            throw ActionFailure(.configurationError, "`\(plan.bundle.digest)` is no SHA-256")
        }
        let known = try environments.versions(of: plan.environment).last { $0.request == order.id }
        let now = Timestamp.now().milliseconds
        let version =
            known
            ?? EnvironmentVersion(
                label: "code-pipeline-\(now)-\(plan.bundle.digest.prefix(8))",
                request: order.id,
                provenance: Self.provenance(order, plan),
                createdAt: now
            )
        try environments.addVersion(version, to: plan.environment) { folder in
            do {
                try ArtifactUnpacking.unpack(digest, of: artifacts, to: folder)
            } catch {
                throw ActionFailure(.jobFailed, "the bundle `\(plan.bundle.name)` cannot be unpacked: \(error)")
            }
        }
        return version.label
    }

    /// Puts the request, or waits a moment where another is being carried out.
    private func submit(_ order: ActionOrder, _ label: String, to environment: String) throws -> Int64? {
        do throws(EnvironmentsError) {
            return try environments.submit(
                .deploy,
                version: label,
                id: order.id,
                provenance: try environments.version(label, of: environment)?.provenance ?? DeploymentProvenance(),
                to: environment,
                whenIdle: true
            )
        } catch {
            guard error.code == .busy, let pending = try environments.report(environment).pending else { throw error }
            _ = try environments.wait(for: pending.number, of: environment, milliseconds: 1_000)
            return nil
        }
    }

    private static func provenance(_ order: ActionOrder, _ plan: Plan) -> DeploymentProvenance {
        var result = DeploymentProvenance()
        result.pipeline = order.pipeline
        result.execution = "\(order.pipeline)/\(order.executionNumber)"
        result.executionID = order.execution
        result.stage = order.stage
        result.action = order.name
        result.actionID = order.id
        result.artifactDigest = plan.bundle.digest
        return result
    }

    // MARK: - Waiting

    private func wait(
        for begun: Begun,
        _ order: ActionOrder,
        _ plan: Plan,
        on thread: BlockingQueue
    ) async throws(ActionFailure) -> Deployment {
        while !Task.isCancelled {
            let deployment = try await blocking(thread) {
                try environments.wait(for: begun.number, of: plan.environment, milliseconds: 1_000)
            }
            if let deployment { return deployment }
        }
        try await blocking(thread) { try environments.withdraw(id: order.id, from: plan.environment) }
        throw ActionFailure(.jobFailed, "The deployment of \(begun.label) was stopped.")
    }

    private func blocking<Value: Sendable>(
        _ thread: BlockingQueue,
        _ body: @escaping @Sendable () throws -> Value
    ) async throws(ActionFailure) -> Value {
        do {
            return try await thread.run(body)
        } catch let error as ActionFailure {
            throw error
        } catch let error as EnvironmentsError {
            throw ActionFailure(error.code == .system ? .systemUnavailable : .configurationError, error.message)
        } catch {
            throw ActionFailure(.systemUnavailable, "\(error)")
        }
    }
}
