// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
internal import JSON
internal import YAML

/// Values that a person gives for a build in place of the store's.
///
/// As YAML or JSON it has two maps, by the names that buildspecs use:
///
///     parameters:
///       /app/url: https://example.org
///     secrets:
///       app/database: {user: ada, password: "0123"}
///       app/token: text
///
/// What stands there for a secret is its value in every stage and version.
package struct SecretsFile: Sendable, Hashable {
    private var variables: [String: String] = [:]
    private var parameters: [String: String] = [:]
    private var secrets: [String: String] = [:]

    /// Values by the names of the variables that get them, as of a dotenv file.
    package init(variables: [String: String]) {
        self.variables = variables
    }

    private init() {}

    /// Reads YAML or JSON.
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - file: its name for locations.
    /// - Returns: the values; none for an empty file.
    /// - Throws: the first problem, with its place and without any value.
    package static func read(_ bytes: [UInt8], file: String) throws(Diagnostic) -> SecretsFile {
        let root: YAMLNode?
        do throws(YAMLError) {
            root = try YAMLReader.read(bytes, file: file).root
        } catch {
            // Without the reader's own sentences, which may quote the text.
            let reason = error.problem.isEmpty ? error.code.rawValue : error.problem
            throw Diagnostic(.error, "this is not YAML that can be read: \(reason)", at: error.location)
        }
        var result = SecretsFile()
        guard let root, !root.isNull else { return result }
        for entry in try entries(root, "the file") {
            switch entry.key.scalar?.text {
            case "parameters":
                for entry in try entries(entry.value, "`parameters`") {
                    result.parameters[try name(entry.key)] = try text(entry.value, "a parameter's value is a text")
                }
            case "secrets":
                for entry in try entries(entry.value, "`secrets`") {
                    result.secrets[try name(entry.key)] = try secret(entry.value)
                }
            default:
                throw problem(
                    "this key is not known",
                    at: entry.key,
                    hint: "the file has the maps `parameters` and `secrets`"
                )
            }
        }
        return result
    }

    // MARK: - Look-up

    func value(ofVariable name: String) -> String? { variables[name] }

    /// The value of a parameter, whatever version is asked for.
    func parameter(_ reference: String) -> String? {
        if let value = parameters[reference] { return value }
        guard let request = ParameterName.request(reference) else { return nil }
        return request.names.lazy.compactMap { parameters[$0] }.first
    }

    /// The text of a secret by the id as it stands in the buildspec, or by its name.
    func secret(_ id: String) -> String? {
        if let value = secrets[id] { return value }
        return SecretName.candidates(id).lazy.compactMap { secrets[$0.name] }.first
    }

    // MARK: - Reading

    private static func entries(_ node: YAMLNode, _ what: String) throws(Diagnostic) -> [YAMLEntry] {
        if node.isNull { return [] }
        guard case .mapping(let entries) = node.content else { throw problem("\(what) must be a map", at: node) }
        var known: Set<String> = []
        for entry in entries {
            let key = try name(entry.key)
            if !known.insert(key).inserted { throw problem("`\(key)` is there twice", at: entry.key) }
        }
        return entries
    }

    private static func name(_ node: YAMLNode) throws(Diagnostic) -> String {
        try text(node, "a key is a text")
    }

    private static func text(_ node: YAMLNode, _ rule: String) throws(Diagnostic) -> String {
        guard let scalar = node.scalar, !node.isNull else { throw problem("\(rule), and not empty", at: node) }
        return scalar.text
    }

    private static func secret(_ node: YAMLNode) throws(Diagnostic) -> String {
        if case .scalar = node.content { return try text(node, "a secret's value is a text or a map") }
        return String(decoding: JSONText.bytes(of: try tree(node)), as: UTF8.self)
    }

    /// The JSON of a value: a scalar without quotes that is JSON by itself stays what it is, any other is a string.
    private static func tree(_ node: YAMLNode) throws(Diagnostic) -> JSONValue {
        switch node.content {
        case .scalar(let scalar):
            if node.isNull { return .null }
            if scalar.style == .plain, let value = try? JSONText.parse(Array(scalar.text.utf8)) { return value }
            return .string(scalar.text)
        case .sequence(let nodes):
            var elements: [JSONValue] = []
            for node in nodes { elements.append(try tree(node)) }
            return .array(elements)
        case .mapping:
            var members: [String: JSONValue] = [:]
            for entry in try entries(node, "this") { members[try name(entry.key)] = try tree(entry.value) }
            return .object(members)
        }
    }

    private static func problem(_ message: String, at node: YAMLNode, hint: String? = nil) -> Diagnostic {
        Diagnostic(.error, message, at: node.location, length: node.length, hint: hint)
    }
}
