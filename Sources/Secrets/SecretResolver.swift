// SPDX-License-Identifier: Apache-2.0

package import Buildspecs

/// Finds the values of the variables that come from a store, as CodeBuild does in DOWNLOAD_SOURCE.
///
/// A file of values goes before the store, which is opened only for what the file does not have.
package struct SecretResolver {
    private let file: SecretsFile?
    private let openStore: () throws(SecretError) -> SecretStore?
    /// SSM's names under which it gives the secrets of Secrets Manager.
    private static let secretPrefix = "/aws/reference/secretsmanager/"

    /// - Parameters:
    ///   - file: values that go before the store's; nil for none.
    ///   - openStore: opens the store; nil where there is none. Called at most once for each `resolve`.
    package init(file: SecretsFile? = nil, openStore: @escaping () throws(SecretError) -> SecretStore?) {
        self.file = file
        self.openStore = openStore
    }

    /// Whether a buildspec may name parameters or secrets; cheap, and true too often rather than too rarely.
    package static func mayRefer(_ buildspec: [UInt8]) -> Bool {
        ["parameter-store", "secrets-manager"].contains { contains(buildspec.span, Array($0.utf8)) }
    }

    /// Finds every value, and tells for each one that is missing why.
    /// - Parameters:
    ///   - environment: the buildspec's; nil where it has none that can be read.
    ///   - overrides: what was given from outside; each takes the whole place of the buildspec's variable of its name.
    /// - Returns: each variable once.
    package func resolve(
        _ environment: BuildEnvironment?,
        overrides: [(name: String, value: String, type: String)] = []
    ) -> [ResolvedReference] {
        let outside = Set(overrides.map(\.name))
        let inside = environment.map { StoreReference.all(in: $0) } ?? []
        var references = inside.filter { !outside.contains($0.variable) }
        for override in overrides {
            references.removeAll { $0.variable == override.name }
            let reference = StoreReference(variable: override.name, reference: override.value, type: override.type)
            if let reference { references.append(reference) }
        }
        var store: Result<SecretStore?, SecretError>?
        return references.map { reference in
            let result: Result<String, SecretError>
            do throws(SecretError) {
                let value = try value(of: reference) { () throws(SecretError) in
                    let opened = store ?? Result(catching: openStore)
                    store = opened
                    return try opened.get()
                }
                if value.utf8.contains(0) {
                    throw SecretError(.invalid, "the value has a NUL character, which no variable can hold")
                }
                result = .success(value)
            } catch {
                result = .failure(error)
            }
            return ResolvedReference(reference: reference, result: result)
        }
    }

    private func value(
        of reference: StoreReference,
        in store: () throws(SecretError) -> SecretStore?
    ) throws(SecretError) -> String {
        if let value = file?.value(ofVariable: reference.variable) { return value }
        switch reference.target {
        case .parameter(let name): return try parameter(name, in: store)
        case .secret(let secret):
            let text = try text(secret.secretID, secret.versionStage, secret.versionID, in: store)
            guard let key = secret.jsonKey else { return text }
            return try SecretMember.value(of: key, in: text, of: secret.secretID)
        case .malformedSecret(let text):
            throw SecretError(
                .invalid,
                "`\(text)` is not a reference to a secret: write secret-id:json-key:version-stage:version-id, "
                    + "with a stage or a version id but not both"
            )
        }
    }

    private func parameter(
        _ name: String,
        in store: () throws(SecretError) -> SecretStore?
    ) throws(SecretError) -> String {
        if let value = file?.parameter(name) { return value }
        if name.hasPrefix(Self.secretPrefix) {
            return try text(String(name.dropFirst(Self.secretPrefix.count)), nil, nil, in: store)
        }
        guard let store = try store() else {
            throw SecretError(.parameterNotFound, "parameter does not exist: \(name)")
        }
        do throws(SecretError) {
            return try store.parameter(name).value
        } catch {
            // GetParameters, which CodeBuild calls, makes no difference between the two.
            guard error.code == .parameterVersionNotFound else { throw error }
            throw SecretError(error.code, "parameter does not exist: \(name) (\(error.message))")
        }
    }

    private func text(
        _ id: String,
        _ stage: String?,
        _ versionID: String?,
        in store: () throws(SecretError) -> SecretStore?
    ) throws(SecretError) -> String {
        if let value = file?.secret(id) { return value }
        do throws(SecretError) {
            guard let store = try store() else { throw SecretStore.secretNotFound }
            return try store.secretText(id, stage: stage, versionID: versionID).value
        } catch {
            guard error.code == .secretNotFound else { throw error }
            throw SecretError(error.code, "ResourceNotFoundException: \(error.message) (\(id))")
        }
    }

    private static func contains(_ text: Span<UInt8>, _ word: [UInt8]) -> Bool {
        if text.count < word.count { return false }
        for start in 0...(text.count - word.count) where text[start] == word[0] {
            if word.indices.allSatisfy({ text[start + $0] == word[$0] }) { return true }
        }
        return false
    }
}
