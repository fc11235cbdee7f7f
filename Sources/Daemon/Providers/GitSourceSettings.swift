// SPDX-License-Identifier: Apache-2.0

internal import Pipelines
internal import Repositories

/// What a source action on a git repository is about.
struct GitSourceSettings: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable, CaseIterable {
        case codeCommit = "CodeCommit"
        case connection = "CodeStarSourceConnection"
        /// By OAuth token or webhook; its owner is `ThirdParty`.
        case gitHub = "GitHub"
    }

    /// What the artifact holds.
    enum Format: String, Sendable, Hashable {
        case zip = "CODE_ZIP"
        case cloneReference = "CODEBUILD_CLONE_REF"
    }

    let kind: Kind
    /// As the action names it: `NAME` for CodeCommit, `OWNER/NAME` for the others.
    let repository: String
    let branch: String
    let format: Format
    /// Whether changes are noticed without any rule: `PollForSourceChanges`, `DetectChanges`; true where it is not said.
    let detectsChanges: Bool

    /// Nil when the action is of another provider, or a required key is not there.
    init?(provider: String, configuration: [String: String]) {
        guard let kind = Kind(rawValue: provider) else { return nil }
        self.kind = kind
        let names: (repository: String?, branch: String?) =
            switch kind {
            case .codeCommit: (configuration["RepositoryName"], configuration["BranchName"])
            case .connection: (configuration["FullRepositoryId"], configuration["BranchName"])
            case .gitHub:
                (
                    configuration["Owner"].flatMap { owner in configuration["Repo"].map { "\(owner)/\($0)" } },
                    configuration["Branch"]
                )
            }
        guard let repository = names.repository, !repository.isEmpty, let branch = names.branch, !branch.isEmpty else {
            return nil
        }
        self.repository = repository
        self.branch = branch
        format = configuration["OutputArtifactFormat"].flatMap(Format.init) ?? .zip
        let detection = configuration[kind == .connection ? "DetectChanges" : "PollForSourceChanges"]
        detectsChanges = detection?.lowercased() != "false"
    }

    init?(_ action: ActionDeclaration) {
        self.init(provider: action.type.provider, configuration: action.configuration)
    }

    /// The branch's full name.
    var ref: RefName { RefName("refs/heads/\(branch)") }

    /// What the keys of the configuration are called, for a message about a missing one.
    static func requiredKeys(of provider: String) -> String {
        switch Kind(rawValue: provider) {
        case .codeCommit: "RepositoryName and BranchName"
        case .connection: "FullRepositoryId and BranchName"
        case .gitHub: "Owner, Repo and Branch"
        case nil: "its required keys"
        }
    }
}
