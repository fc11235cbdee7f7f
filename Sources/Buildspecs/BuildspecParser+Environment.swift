// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAML

// The block `env`, and `environment_variables` of version 0.1.
extension BuildspecParser {
    private static let shells = ["bash", "/bin/sh", "powershell.exe", "cmd.exe"]
    /// Other ways to say `bash` and `sh` that work wherever those do.
    private static let otherShells = ["sh", "/bin/bash", "/usr/bin/bash", "/usr/bin/sh"]

    mutating func environment(_ top: Fields, version: Buildspec.Version) -> BuildEnvironment {
        var result = BuildEnvironment()
        if let entry = top.entry("environment_variables") {
            // CodeBuild documents it for version 0.1, and buildspecs of version 0.2 rely on it.
            fill(&result, entry.value, "`environment_variables`", variables: "plaintext")
            if version == .v02 {
                let message = "`environment_variables` is of version 0.1"
                warn(message, at: entry.key, hint: "version 0.2 calls it `env`, and `plaintext` in it `variables`")
            }
        }
        if let node = top["env"] { fill(&result, node, "`env`", variables: "variables") }
        warnOfRepeatedNames(result)
        return result
    }

    private mutating func fill(
        _ result: inout BuildEnvironment,
        _ node: YAMLNode,
        _ what: String,
        variables: String
    ) {
        let known = [
            "shell", variables, "parameter-store", "secrets-manager", "exported-variables", "git-credential-helper",
        ]
        guard !node.isNull, let fields = fields(node, what, known: known) else { return }
        if let node = fields["shell"] { result.shell = shell(node) }
        if let node = fields[variables] {
            result.variables += self.variables(node, "`\(variables)`")
            for variable in result.variables where Self.looksExpandable(variable.value) {
                warn(
                    "the value of `\(variable.name)` is not expanded: the build sees the text `\(variable.value.prefix(60))`",
                    at: variable.location,
                    length: variable.name.unicodeScalars.count,
                    hint: "to expand it, set the variable in a command: `export \(variable.name)=…`"
                )
            }
        }
        if let node = fields["parameter-store"] {
            result.parameterStore += self.variables(node, "`parameter-store`", allowsEmpty: false)
        }
        if let node = fields["secrets-manager"] { result.secretsManager += secrets(node) }
        if let node = fields["exported-variables"] { result.exportedVariables += exportedVariables(node) }
        if let node = fields["git-credential-helper"] {
            result.gitCredentialHelper = flag(node, "`git-credential-helper`").map { Located($0, at: node.location) }
        }
    }

    private mutating func shell(_ node: YAMLNode) -> Located<String>? {
        guard let shell = text(node, "`shell`") else { return nil }
        guard !shell.value.unicodeScalars.contains(where: { $0.properties.isWhitespace }) else {
            error("`shell` must be a program without arguments", at: node, hint: "write `shell: bash`")
            return nil
        }
        if !Self.shells.contains(shell.value), !Self.otherShells.contains(shell.value) {
            let hint = Suggestion.hint(for: shell.value, among: Self.shells)
            warn("AWS CodeBuild knows `bash` and `/bin/sh` only, not `\(shell.value)`", at: node, hint: hint)
        }
        return shell
    }

    /// Reads a mapping of variable names to texts.
    mutating func variables(_ node: YAMLNode, _ what: String, allowsEmpty: Bool = true) -> [EnvironmentVariable] {
        (entries(node, what) ?? []).compactMap { entry in
            let isValid = checkName(entry.name, entry.key)
            let value =
                allowsEmpty
                ? anyText(entry.value, "`\(entry.name)`") : text(entry.value, "`\(entry.name)`")?.value
            guard isValid, let value else { return nil }
            return EnvironmentVariable(name: entry.name, value: value, location: entry.key.location)
        }
    }

    private mutating func secrets(_ node: YAMLNode) -> [SecretReference] {
        (entries(node, "`secrets-manager`") ?? []).compactMap { entry in
            let isValid = checkName(entry.name, entry.key)
            guard let reference = text(entry.value, "`\(entry.name)`")?.value, isValid else { return nil }
            if let secret = SecretReference(name: entry.name, reference: reference, location: entry.key.location) {
                return secret
            }
            error(
                "`\(reference.prefix(60))` is not a reference to a secret",
                at: entry.value,
                hint: "write `secret-id:json-key:version-stage:version-id`, with a stage or a version id but not both"
            )
            return nil
        }
    }

    private mutating func exportedVariables(_ node: YAMLNode) -> [Located<String>] {
        let names = texts(node, "`exported-variables`")
        for name in names where name.value.hasPrefix("AWS_") {
            warn(
                "AWS CodeBuild never exports a variable whose name starts with `AWS_`",
                at: name.location,
                length: name.value.unicodeScalars.count
            )
        }
        for name in names where !EnvironmentVariable.isName(name.value) {
            reportName(name.value, at: name.location)
        }
        return names
    }

    private mutating func checkName(_ name: String, _ key: YAMLNode) -> Bool {
        guard EnvironmentVariable.isName(name) else {
            reportName(name, at: key.location)
            return false
        }
        if name.hasPrefix("CODEBUILD_") {
            warn("names that start with `CODEBUILD_` are reserved; do not set `\(name)`", at: key)
        }
        return true
    }

    private mutating func reportName(_ name: String, at location: SourceLocation) {
        error(
            "`\(name.prefix(60))` is not a name that a variable can have",
            at: location,
            length: name.unicodeScalars.count,
            hint: "use letters, digits and `_`, and no digit first"
        )
    }

    /// Whether a shell would expand something in the text: `$NAME`, `${…}` or `$(…)`.
    static func looksExpandable(_ text: String) -> Bool {
        var isAfterDollar = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "("), UInt8(ascii: "_"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                if isAfterDollar { return true }
            default: break
            }
            isAfterDollar = byte == UInt8(ascii: "$")
        }
        return false
    }

    /// Of the same name in two blocks, the later one in the order of AWS's documentation wins.
    private mutating func warnOfRepeatedNames(_ environment: BuildEnvironment) {
        let blocks: [(name: String, entries: [(name: String, location: SourceLocation)])] = [
            ("variables", environment.variables.map { ($0.name, $0.location) }),
            ("parameter-store", environment.parameterStore.map { ($0.name, $0.location) }),
            ("secrets-manager", environment.secretsManager.map { ($0.name, $0.location) }),
        ]
        var seen: [String: String] = [:]
        for block in blocks {
            for entry in block.entries {
                if let other = seen[entry.name] {
                    warn(
                        "`\(entry.name)` is in `\(other)` too; the one in `\(block.name)` is used",
                        at: entry.location,
                        length: entry.name.unicodeScalars.count
                    )
                }
                seen[entry.name] = block.name
            }
        }
    }
}
