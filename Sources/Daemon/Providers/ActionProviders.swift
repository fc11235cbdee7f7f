// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Control

/// Who carries out which actions.
enum ActionProviders {
    /// What providers are made from.
    struct Parts: Sendable {
        let home: Home
        let journal: JournalStore
        let artifacts: ArtifactStore
        let engine: Engine
        let log: DaemonLog
    }

    /// All of them, by the provider's name, or by `CATEGORY/PROVIDER` where categories share a name; a rule's category is
    /// `Rule`.
    static func all(_ parts: Parts) -> [String: any ActionProvider] {
        let providers: [String: any ActionProvider] = [:]
        return providers
    }

    /// What finds the revisions of sources, by the provider's name.
    static func pinning(_ parts: Parts) -> [String: any SourcePinning] {
        let pinning: [String: any SourcePinning] = [:]
        return pinning
    }
}
