// SPDX-License-Identifier: Apache-2.0

internal import BuildTools
internal import Buildspecs
internal import WireWords

/// The variables that the first command of a build sees.
///
/// Lowest to highest: the machine's, the buildspec's `env` (`variables`, `parameter-store`, `secrets-manager`), CodeBuild's
/// own, those given from outside. CodeBuild reserves the names with `CODEBUILD_`, so the buildspec does not replace these; who
/// starts a build by hand may.
/// Source: "Environment variables in build environments", CodeBuild user guide.
struct CommandEnvironment {
    private(set) var values: [String: String] = [:]
    /// The last list: a command after the other asks for the same.
    private var listed: (workingDirectory: String, texts: [String])?

    init(
        _ request: BuildRequest,
        _ buildspec: Buildspecs.BuildEnvironment,
        secrets: SecretValues,
        scriptDirectory: String
    ) {
        for variable in Self.layers(request, buildspec, secrets: secrets, scriptDirectory: scriptDirectory) {
            values[variable.name] = variable.value
        }
    }

    /// Every variable with where it comes from; a later one of the same name takes the whole place of an earlier one.
    static func layers(
        _ request: BuildRequest,
        _ buildspec: Buildspecs.BuildEnvironment,
        secrets: SecretValues,
        scriptDirectory: String
    ) -> [ExplainedVariable] {
        var layers = request.machineEnvironment.sorted { $0.key < $1.key }.map {
            ExplainedVariable(name: $0.key, value: $0.value, origin: .machine)
        }
        layers += buildspec.variables.map {
            ExplainedVariable(name: $0.name, value: $0.value, origin: .buildspec($0.location))
        }
        layers += buildspec.parameterStore.map {
            ExplainedVariable(
                name: $0.name,
                value: secrets[$0.name]?.value,
                origin: .parameter($0.value, $0.location)
            )
        }
        layers += buildspec.secretsManager.map {
            ExplainedVariable(
                name: $0.name,
                value: secrets[$0.name]?.value,
                origin: .secret($0.secretID, $0.location)
            )
        }
        layers += agentVariables(request, scriptDirectory: scriptDirectory).map {
            ExplainedVariable(name: $0.0, value: $0.1, origin: .agent)
        }
        layers += request.overrides.map {
            ExplainedVariable(
                name: $0.name,
                value: $0.isPlain ? $0.value : secrets[$0.name]?.value,
                origin: .override(type: $0.type)
            )
        }
        return layers
    }

    subscript(name: String) -> String? {
        get { values[name] }
        set {
            values[name] = newValue
            listed = nil
        }
    }

    /// `NAME=value` texts in the order of their names.
    ///
    /// A NUL, which no process can be given, ends the value.
    mutating func list(workingDirectory: String) -> [String] {
        if let listed, listed.workingDirectory == workingDirectory { return listed.texts }
        var all = values
        // The shell takes its logical path, symlinks kept, from here when it is true.
        all["PWD"] = workingDirectory
        let texts = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        listed = (workingDirectory, texts)
        return texts
    }

    private static func image(of request: BuildRequest) -> String {
        if case .image(let name, _) = request.isolation { name } else { "nacre/host" }
    }

    private static func agentVariables(_ request: BuildRequest, scriptDirectory: String) -> [(String, String)] {
        let id = request.id
        var result: [(String, String)] = [
            ("AWS_DEFAULT_REGION", request.region),
            ("AWS_REGION", request.region),
            ("CODEBUILD_BUILD_ARN", id.arn(region: request.region)),
            ("CODEBUILD_BUILD_ID", id.description),
            ("CODEBUILD_BUILD_IMAGE", image(of: request)),
            ("CODEBUILD_BUILD_NUMBER", String(request.number)),
            ("CODEBUILD_BUILD_SUCCEEDING", "1"),
            ("CODEBUILD_CI", "true"),
            ("CODEBUILD_INITIATOR", request.initiator),
            ("CODEBUILD_KMS_KEY_ID", "arn:aws:kms:\(request.region):000000000000:alias/aws/s3"),
            ("CODEBUILD_LOG_PATH", id.uuid),
            ("CODEBUILD_SCRIPT_DIR", scriptDirectory),
            ("CODEBUILD_START_TIME", String(request.submittedAt.milliseconds)),
        ]
        if let batch = request.batch {
            result.append(("CODEBUILD_BATCH_BUILD_IDENTIFIER", batch.identifier))
            // Names of ours, which `codebuild-tests-run` reads: AWS documents none.
            if let shard = batch.shard, let count = batch.shardCount {
                result.append((BuildTool.shardVariable, String(shard)))
                result.append((BuildTool.shardCountVariable, String(count)))
            }
        }
        if request.isLocal { result.append(("CODEBUILD_LOCAL_BUILD", "true")) }
        for source in [request.source] + request.secondarySources {
            let suffix = source.identifier.map { "_\($0)" } ?? ""
            result.append(("CODEBUILD_SRC_DIR\(suffix)", source.directory))
            result.append(("CODEBUILD_SOURCE_REPO_URL\(suffix)", source.location))
            result.append(("CODEBUILD_SOURCE_VERSION\(suffix)", source.version))
        }
        if let commit = request.source.resolvedVersion {
            result.append(("CODEBUILD_RESOLVED_SOURCE_VERSION", commit))
        }
        if let push = request.push {
            let isBranch = push.ref.utf8.starts(with: "refs/heads/".utf8)
            let branch = isBranch ? String(Substring(push.ref.utf8.dropFirst(11))) : push.ref
            result.append(("CODEBUILD_WEBHOOK_EVENT", "PUSH"))
            result.append(("CODEBUILD_WEBHOOK_HEAD_REF", push.ref))
            result.append(("CODEBUILD_WEBHOOK_PREV_COMMIT", push.previousCommit))
            result.append(("CODEBUILD_WEBHOOK_TRIGGER", "branch/\(branch)"))
        }
        return result
    }
}
