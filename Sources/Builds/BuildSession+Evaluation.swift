// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import Diagnostics
internal import Files

/// What the shell makes of texts and variables between the commands.
extension BuildSession {
    /// The variables as a command after the last one would see them.
    func finalEnvironment() throws(FileError) -> [String: String] {
        if let snapshot { return snapshot }
        var values: [String: String] = [:]
        let script = try state.prepareSnapshot()
        for entry in try read(script)?.split(separator: 0) ?? [] {
            guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: entry[..<equals], as: UTF8.self)
            values[name] = String(decoding: entry[(equals + 1)...], as: UTF8.self)
        }
        snapshot = values
        return values
    }

    func read(_ script: String) throws(FileError) -> [UInt8]? {
        let directory = supervisor.request.source.directory
        return try runner.read(
            shell: shell,
            script: script,
            environment: environment.list(workingDirectory: directory),
            directory: directory,
            through: state.readingFile
        )
    }

    /// A set of artifacts with its variables replaced and its name evaluated by the shell.
    func resolve(_ set: ArtifactSet) throws(ArtifactUpload.Failure) -> ArtifactUpload.Request {
        do throws(FileError) {
            var base = set.baseDirectory?.value
            if let text = base, text.contains("$") { base = VariableText.expand(text, try finalEnvironment()) }
            var name: String?
            if let text = set.name?.value {
                let bytes = try read(try state.prepareEvaluation(of: text))
                name = bytes.map { log.masked(String(decoding: $0, as: UTF8.self)) }
            }
            return ArtifactUpload.Request(set: set, baseDirectory: base, name: name)
        } catch {
            throw .system("\(error)")
        }
    }
}
