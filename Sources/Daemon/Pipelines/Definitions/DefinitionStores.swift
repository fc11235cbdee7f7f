// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Buckets
internal import Builds
internal import Control
internal import Environments
internal import Secrets

/// The stores beside the journal in which declared resources live; all methods block.
struct DefinitionStores: Sendable {
    let home: Home
    let artifacts: ArtifactStore
    let environments: EnvironmentStore

    // MARK: - Looking

    /// The parameters of these names that there are.
    func parameters(_ names: [String]) throws(ControlFailure) -> [String: DefinitionPresent.ParameterValue] {
        if names.isEmpty { return [:] }
        return try Self.translated { () throws(SecretError) in
            guard let store = try home.existingSecretStore() else { return [:] }
            var result: [String: DefinitionPresent.ParameterValue] = [:]
            for name in names {
                do throws(SecretError) {
                    let found = try store.parameter(name)
                    result[name] = DefinitionPresent.ParameterValue(
                        type: found.facts.type.rawValue,
                        value: found.value
                    )
                } catch {
                    guard error.code == .parameterNotFound else { throw error }
                }
            }
            return result
        }
    }

    /// Whether each bucket keeps versions.
    func buckets() throws(ControlFailure) -> [String: Bool] {
        do throws(BucketError) {
            guard let store = try BucketStore.existing(path: home.buckets, artifacts: artifacts) else { return [:] }
            let all = try store.buckets().map { ($0.name, $0.versioning == .enabled) }
            return Dictionary(all) { first, _ in first }
        } catch {
            throw ControlFailure(.fault, "\(error)")
        }
    }

    // MARK: - Changing

    func putParameter(_ name: String, type: String, value: String, by person: String) throws(ControlFailure) {
        try Self.translated { () throws(SecretError) in
            let store = try SecretStore(path: home.secrets, keyPath: home.secretsKey)
            try store.putParameter(
                name,
                value: value,
                type: ParameterType(rawValue: type),
                by: person,
                at: Timestamp.now().milliseconds
            )
        }
    }

    func putBucket(_ name: String, isVersioned: Bool) throws(ControlFailure) {
        do throws(BucketError) {
            let store = try BucketStore.open(path: home.buckets, artifacts: artifacts)
            if try store.bucket(name) != nil {
                if isVersioned { try store.setVersioned(name, true) }
            } else {
                try store.create(name, isVersioned: isVersioned, at: Timestamp.now().milliseconds)
            }
        } catch {
            throw ControlFailure(.invalid, "\(error)")
        }
    }

    private static func translated<Value>(
        _ body: () throws(SecretError) -> Value
    ) throws(ControlFailure) -> Value {
        do throws(SecretError) {
            return try body()
        } catch {
            throw ControlFailure(error.code == .invalid ? .invalid : .fault, error.message)
        }
    }
}
