// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Pipelines
internal import Templates

/// What a pipeline names and what is not there: no error, as it may be applied or made later, but nothing to keep silent about.
struct DefinitionChecks {
    let reading: DefinitionReading
    let present: DefinitionPresent

    /// A warning for each thing that is missing, at the pipeline that names it.
    func warnings() -> [Diagnostic] {
        var warnings: [Diagnostic] = []
        for declared in reading.declared {
            guard case .pipeline(let definition, _, _) = declared.resource.value else { continue }
            var told: Set<String> = []
            for stage in definition.stages {
                for action in stage.actions {
                    guard let (message, hint) = missing(action), told.insert(message).inserted else { continue }
                    warnings.append(
                        Diagnostic(
                            .warning,
                            "\(stage.name)/\(action.name): \(message)",
                            at: declared.resource.location,
                            hint: hint
                        )
                    )
                }
            }
        }
        return warnings
    }

    private func missing(_ action: ActionDeclaration) -> (message: String, hint: String)? {
        func value(_ key: String) -> String? {
            // What is only known when the action runs cannot be missing now.
            action.configuration[key].flatMap { $0.contains("#{") ? nil : $0 }
        }
        switch (action.type.category, action.type.provider) {
        case (_, "CodeBuild"):
            guard let name = value("ProjectName"), present.projects[name] == nil, !declares("project", name) else {
                return nil
            }
            return (
                "there is no build project `\(name)`; its builds fail until there is",
                "apply the template or the project's JSON that declares it"
            )
        case ("Source", "CodeCommit"):
            guard let name = value("RepositoryName"), !hasRepository(name) else { return nil }
            return ("there is no repository `\(name)`", "make it with `nacre repo create \(name)`")
        case ("Source", "CodeStarSourceConnection"):
            guard let name = value("FullRepositoryId") else { return nil }
            return unmapped(name)
        case ("Source", "GitHub"):
            guard let owner = value("Owner"), let name = value("Repo") else { return nil }
            return unmapped("\(owner)/\(name)")
        case ("Source", "S3"):
            return value("S3Bucket").flatMap(bucket)
        case ("Deploy", "S3"):
            return value("BucketName").flatMap(bucket)
        case ("Deploy", "ElasticBeanstalk"):
            guard let name = value("EnvironmentName"), present.environments[name] == nil,
                !declares("environment", name)
            else { return nil }
            let application = value("ApplicationName") ?? "APPLICATION"
            return (
                "there is no environment `\(name)`",
                "make it with `nacre env create \(name) --application \(application)`"
            )
        default: return nil
        }
    }

    private func bucket(_ name: String) -> (message: String, hint: String)? {
        if present.buckets[name] != nil || declares("bucket", name) { return nil }
        return ("there is no bucket `\(name)`", "make it with `nacre bucket create \(name)`")
    }

    private func unmapped(_ remote: String) -> (message: String, hint: String)? {
        if let mapped = present.mappings[remote], hasRepository(mapped) { return nil }
        let name = remote.split(separator: "/").last.map(String.init) ?? remote
        if hasRepository(name), present.mappings[remote] == nil { return nil }
        return (
            "no repository stands for `\(remote)` here",
            "make one with `nacre repo create \(name)`, or name one with `nacre repo map \(remote) NAME`"
        )
    }

    private func hasRepository(_ name: String) -> Bool {
        present.repositories.contains(name) || declares("repository", name)
    }

    private func declares(_ kind: String, _ name: String) -> Bool {
        reading.declared.contains { $0.resource.kind == kind && $0.resource.name == name }
    }
}
