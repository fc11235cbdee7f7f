// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// A buildspec for actions that bring commands and no file; JSON, which is YAML too.
struct GeneratedBuildspec {
    /// Run one after the other until one fails.
    var commands: [String]
    var exportedVariables: [String] = []
    /// Globs of what becomes the artifact; nil: there is none.
    var files: [String]?

    var text: String {
        var members: [String: JSONValue] = [
            "version": .number("0.2"),
            "phases": .object(["build": .object(["commands": Self.list(commands)])]),
        ]
        if !exportedVariables.isEmpty {
            members["env"] = .object(["exported-variables": Self.list(exportedVariables)])
        }
        if let files { members["artifacts"] = .object(["files": Self.list(files)]) }
        return String(decoding: JSONText.bytes(of: .object(members)), as: UTF8.self)
    }

    private static func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
