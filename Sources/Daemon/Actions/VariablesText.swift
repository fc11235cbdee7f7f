// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import JSON
internal import Pipelines

/// Variables as a pipeline's texts have them.
enum VariablesText {
    private static let types = ["PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"]

    /// The form that the journal keeps.
    static func write(_ variables: [EnvironmentVariable]) -> String {
        String(decoding: JSONText.encode(variables), as: UTF8.self)
    }

    /// Reads the `EnvironmentVariables` of a build action: a JSON array of objects in a string.
    /// - Throws: `configurationError`, with the place of what is wrong.
    static func read(_ text: String, of place: String) throws(ActionFailure) -> [EnvironmentVariable] {
        let value: JSONValue
        do {
            value = try JSONText.parse(Array(text.utf8))
        } catch {
            let reason =
                if case DecodingError.dataCorrupted(let context) = error { context.debugDescription } else { "" }
            throw refusal(place, "is \(reason): it must be an array such as [{\"name\":\"A\",\"value\":\"1\"}]")
        }
        guard case .array(let elements) = value else { throw refusal(place, "must be a JSON array") }
        var result: [EnvironmentVariable] = []
        for (index, element) in elements.enumerated() {
            let place = "\(place)[\(index)]"
            guard case .object(let members) = element else { throw refusal(place, "must be an object") }
            if let other = members.keys.sorted().first(where: { !["name", "value", "type"].contains($0) }) {
                throw refusal(place, "has the unknown key `\(other)`: there are `name`, `value` and `type`")
            }
            guard case .string(let name)? = members["name"] else { throw refusal("\(place).name", "must be a text") }
            guard let text = members["value"].flatMap(Self.text) else {
                throw refusal("\(place).value", "must be a text")
            }
            let type = if case .string(let type)? = members["type"] { type } else { "PLAINTEXT" }
            result.append(try variable(name, text, type, place))
        }
        return result
    }

    /// A variable of a declaration.
    static func variable(
        _ name: String,
        _ value: String,
        _ type: String?,
        _ place: String
    ) throws(ActionFailure) -> EnvironmentVariable {
        let type = type ?? "PLAINTEXT"
        guard types.contains(type) else {
            throw refusal("\(place).type", "is `\(type)`: there are \(types.joined(separator: ", "))")
        }
        guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "=")), !name.utf8.contains(0) else {
            throw refusal("\(place).name", "is `\(name)`, which no variable can be called")
        }
        return EnvironmentVariable(name: name, value: value, type: type)
    }

    /// Variables of which later ones take the place of earlier ones of the same name.
    static func merged(_ variables: [EnvironmentVariable]) -> [EnvironmentVariable] {
        var result: [EnvironmentVariable] = []
        for variable in variables {
            if let index = result.firstIndex(where: { $0.name == variable.name }) {
                result[index] = variable
            } else {
                result.append(variable)
            }
        }
        return result
    }

    /// Numbers and truth values, which resolved references may leave without quotes, are texts too.
    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text), .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }

    private static func refusal(_ place: String, _ message: String) -> ActionFailure {
        ActionFailure(.configurationError, "\(place) \(message)")
    }
}
