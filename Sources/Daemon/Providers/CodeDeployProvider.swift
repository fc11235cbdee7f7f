// SPDX-License-Identifier: Apache-2.0

internal import AppSpecs
internal import BuildTools
internal import Builds
internal import Control
internal import Digests
internal import Pipelines

/// CodeDeploy: deploys a revision with an `appspec.yml` on this machine, in place.
///
/// A deployment is a build whose source is the revision and whose commands are the lifecycle events. Deployment groups come
/// to be with their first deployment; one of them takes place at a time.
///
/// Source: "Deploy to Amazon EC2 instances with CodeDeploy", CodePipeline user guide; "AppSpec 'hooks' section" and "Environment
/// variable availability for hooks", CodeDeploy user guide.
struct CodeDeployProvider: ActionProvider {
    let builds: ActionBuilds

    /// No event takes longer than an hour.
    private static let timeoutSeconds = LifecycleEvent.allCases.count * LifecycleEvent.limitSeconds

    func run(_ order: ActionOrder, _ progress: ActionProgress) async -> ActionOutcome {
        let home = builds.home
        var outcome = await builds.run(order, progress) { () async throws(ActionFailure) in
            try Self.plan(order, home)
        }
        let id = Self.deploymentID(of: order)
        outcome.output.variables = ["DeploymentId": id]
        guard let failure = outcome.failure else {
            outcome.output.summary = "Deployment \(id) succeeded"
            return outcome
        }
        guard failure.code == .jobFailed else { return outcome }
        outcome.output.summary = "Deployment \(id) failed"
        outcome.failure?.message = Self.message("Deployment \(id) failed", failure.message)
        return outcome
    }

    private static func plan(_ order: ActionOrder, _ home: Home) throws(ActionFailure) -> ActionBuilds.Plan {
        let application = try required("ApplicationName", of: order)
        let group = try required("DeploymentGroupName", of: order)
        guard order.inputs.count == 1, let revision = order.inputs.first else {
            throw ActionFailure(.configurationError, "an action of CodeDeploy takes one input artifact, the revision")
        }
        let events = LifecycleEvent.allCases.map(\.rawValue) + ["--succeeded"]
        let commands = events.map { "\(BuildTool.deploymentEvent.rawValue) \($0)" }
        var plan = ActionBuilds.Plan(
            project: ActionBuilds.projectName("\(application)-\(group)"),
            buildspec: .inline(GeneratedBuildspec(commands: commands).text),
            inputs: [revision]
        )
        plan.leavesProcesses = true
        plan.settings.concurrentBuildLimit = 1
        plan.settings.keepsCache = false
        plan.settings.timeoutSeconds = timeoutSeconds
        let folder = "\(home.deployments)/\(fileName(application))/\(fileName(group))"
        plan.variables = [
            (BuildTool.deploymentFolderVariable, folder),
            ("APPLICATION_NAME", application),
            ("DEPLOYMENT_ID", deploymentID(of: order)),
            ("DEPLOYMENT_GROUP_NAME", group),
            ("DEPLOYMENT_GROUP_ID", uuid(of: "\(application)\n\(group)")),
            ("BUNDLE_BUCKET", "codepipeline-us-east-1-000000000000"),
            ("BUNDLE_KEY", revision.key),
            ("BUNDLE_VERSION", revision.digest),
            ("BUNDLE_ETAG", revision.digest),
        ].map { EnvironmentVariable(name: $0.0, value: $0.1) }
        return plan
    }

    private static func required(_ name: String, of order: ActionOrder) throws(ActionFailure) -> String {
        guard let value = order.configuration[name], !value.isEmpty else {
            throw ActionFailure(.configurationError, "`\(name)` is missing")
        }
        // Source: the limits of both names, CodeDeploy API reference.
        guard value.utf8.count <= 100 else {
            throw ActionFailure(.configurationError, "\(name) `\(value)` is longer than 100 characters")
        }
        return value
    }

    /// Names the event and the script first, where the log's end tells them.
    private static func message(_ summary: String, _ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        let mark = "\(BuildTool.deploymentEvent.rawValue): LifecycleEvent "
        guard let reason = lines.last(where: { $0.hasPrefix(mark) }) else { return "\(summary)\n\(text)" }
        if lines.first?.hasPrefix("Build terminated") == true { lines.removeFirst() }
        let event = reason.dropFirst(mark.count - "LifecycleEvent ".count)
        return (["\(summary): \(event)"] + lines.filter { $0 != reason }).joined(separator: "\n")
    }

    // MARK: - Names

    /// Made of the order, so that it is the same when the order comes again.
    static func deploymentID(of order: ActionOrder) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        return "d-"
            + String(SHA256Digest(of: Array(order.id.utf8)).bytes.prefix(9).map { letters[Int($0) % letters.count] })
    }

    private static func uuid(of text: String) -> String {
        let digits = Array(SHA256Digest(of: Array(text.utf8)).hex.prefix(32))
        let parts = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
        return parts.map { String($0) }.joined(separator: "-")
    }

    /// A name that any file system takes, one for each text.
    static func fileName(_ text: String) -> String {
        text.utf8.map { byte -> String in
            let isPlain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
                || byte == 95
            if isPlain { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + String(repeating: "0", count: 2 - digits.utf8.count) + digits
        }.joined()
    }
}
