// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Control
internal import Environments

/// Who carries out which actions.
enum ActionProviders {
    /// What providers are made from.
    struct Parts: Sendable {
        let home: Home
        let journal: JournalStore
        let artifacts: ArtifactStore
        let engine: Engine
        let refs: RepositoryThreads
        let log: DaemonLog
    }

    /// All of them, by the provider's name, or by `CATEGORY/PROVIDER` where categories share a name; a rule's category is
    /// `Rule`.
    static func all(_ parts: Parts) -> [String: any ActionProvider] {
        var providers: [String: any ActionProvider] = [:]
        let git = GitSourceProvider(
            sources: sources(parts),
            archives: SourceArchives(store: parts.artifacts, folder: parts.home.sources),
            places: Places(2, patience: RepositoryThreads.readingLimit)
        )
        for kind in GitSourceSettings.Kind.allCases { providers["Source/\(kind.rawValue)"] = git }
        providers["Source/S3"] = S3SourceProvider(buckets: parts.home.buckets, artifacts: parts.artifacts)
        providers["Deploy/S3"] = S3DeployProvider(buckets: parts.home.buckets, artifacts: parts.artifacts)
        let builds = ActionBuilds(
            home: parts.home,
            engine: parts.engine,
            journal: parts.journal,
            artifacts: parts.artifacts
        )
        providers["CodeBuild"] = CodeBuildProvider(builds: builds)
        providers["Commands"] = CommandsProvider(builds: builds)
        providers["ElasticBeanstalk"] = ElasticBeanstalkProvider(
            environments: EnvironmentStore(parts.home.environments),
            artifacts: parts.artifacts
        )
        providers["CodeDeploy"] = CodeDeployProvider(builds: builds)
        providers["Rule/DeploymentWindow"] = DeploymentWindowProvider()
        return providers
    }

    /// What finds the revisions of sources, by the provider's name.
    static func pinning(_ parts: Parts) -> [String: any SourcePinning] {
        let git = sources(parts)
        var pinning: [String: any SourcePinning] = [:]
        for kind in GitSourceSettings.Kind.allCases { pinning[kind.rawValue] = git }
        pinning["S3"] = S3SourceProvider(buckets: parts.home.buckets, artifacts: parts.artifacts)
        return pinning
    }

    private static func sources(_ parts: Parts) -> GitSources {
        GitSources(journal: parts.journal, refs: parts.refs)
    }
}
