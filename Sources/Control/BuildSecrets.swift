// SPDX-License-Identifier: Apache-2.0

package import Builds
internal import Buildspecs
internal import Files
internal import Glibc
internal import Processes
package import Secrets

/// The parameters and secrets of a build, found by whoever launches it.
package enum BuildSecrets {
    /// A larger buildspec is not read here; the supervisor refuses it.
    private static let limitBytes = 16 << 20

    /// Finds the values that a build's buildspec and overrides name; a build without any costs the reading of its buildspec.
    ///
    /// Blocks. What cannot be found is told in the result, where the supervisor finds it and refuses the build.
    /// - Parameters:
    ///   - request: with its sources filled.
    ///   - home: whose store is asked.
    ///   - file: values that go before the store's.
    /// - Returns: a value or a failure for each variable; empty for a build without any.
    package static func resolve(_ request: BuildRequest, in home: Home, file: SecretsFile? = nil) -> SecretValues {
        let environment = environment(of: request)
        if environment == nil, request.overrides.allSatisfy(\.isPlain) { return SecretValues() }
        // From here on the values are in this process's memory.
        CoreDumps.forbid()
        let resolver = SecretResolver(file: file) { () throws(SecretError) in try home.existingSecretStore() }
        let overrides = request.overrides.map { (name: $0.name, value: $0.value, type: $0.type) }
        return SecretValues(resolver.resolve(environment, overrides: overrides).map(entry))
    }

    private static func entry(_ resolved: ResolvedReference) -> SecretValues.Entry {
        let source: SecretValues.Source =
            if case .parameter = resolved.reference.target { .parameterStore } else { .secretsManager }
        let variable = resolved.reference.variable
        switch resolved.result {
        case .success(let value): return SecretValues.Entry(variable: variable, source: source, value: value)
        case .failure(let error): return SecretValues.Entry(variable: variable, source: source, failure: error.message)
        }
    }

    /// The buildspec's `env`; nil where it cannot name any, or cannot be read, which the supervisor tells with its place.
    private static func environment(of request: BuildRequest) -> BuildEnvironment? {
        let bytes: [UInt8]
        switch request.buildspec {
        case .inline(let text): bytes = Array(text.utf8)
        case .file(let name):
            guard let read = try? read(name.hasPrefix("/") ? name : "\(request.source.directory)/\(name)") else {
                return nil
            }
            bytes = read
        }
        guard SecretResolver.mayRefer(bytes) else { return nil }
        return BuildspecReader.read(bytes, file: "buildspec.yml").buildspec?.environment
    }

    /// Reads a file, and only that: a pipe in its place would keep us waiting for ever.
    private static func read(_ path: String) throws(FileError) -> [UInt8] {
        let file = try Descriptor.open(path, O_RDONLY | O_NONBLOCK)
        guard try file.status().st_mode & S_IFMT == S_IFREG else {
            throw FileError(code: EISDIR, function: "open", path: path)
        }
        return try file.readToEnd(limit: limitBytes)
    }
}
