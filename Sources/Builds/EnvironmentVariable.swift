// SPDX-License-Identifier: Apache-2.0

package import JSON

/// A variable given to a build from outside the buildspec: CodeBuild's `EnvironmentVariable`.
package struct EnvironmentVariable: Sendable, Hashable, JSONRepresentable {
    package let name: String
    package let value: String
    /// `PLAINTEXT`, `PARAMETER_STORE` or `SECRETS_MANAGER`; for the latter two `value` is a reference as in a buildspec.
    package let type: String

    /// Whether `value` is the value itself.
    package var isPlain: Bool { type == "PLAINTEXT" }

    package init(name: String, value: String, type: String = "PLAINTEXT") {
        self.name = name
        self.value = value
        self.type = type
    }

    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        name = try members.at("name").text()
        value = try members.at("value").text()
        type = try members.at("type").text()
    }

    package func write(to writer: inout JSONWriter) {
        writer.set("name", name)
        writer.set("type", type)
        writer.set("value", value)
    }

    /// Whether a shell can use the name: a letter or underscore, then letters, digits, underscores.
    package static func isValidName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte) || byte == 95
        }
    }
}
