// SPDX-License-Identifier: Apache-2.0

/// The values of a build's parameters and secrets, or why they cannot be had.
///
/// They reach the supervisor through the pipe that lets it begin, and no file.
package struct SecretValues: Sendable, Hashable, Codable {
    /// Where a value comes from.
    package enum Source: String, Sendable, Hashable, Codable {
        case parameterStore = "parameter-store"
        case secretsManager = "secrets-manager"
    }

    /// One variable; either `value` or `failure` is set.
    package struct Entry: Sendable, Hashable, Codable {
        /// The name of the variable that takes the value.
        package var variable: String
        package var source: Source
        package var value: String?
        /// Why there is no value; never contains one.
        package var failure: String?

        package init(variable: String, source: Source, value: String? = nil, failure: String? = nil) {
            self.variable = variable
            self.source = source
            self.value = value
            self.failure = failure
        }
    }

    /// Each variable at most once.
    package var entries: [Entry]

    package init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    /// The entry of a variable.
    package subscript(variable: String) -> Entry? {
        entries.first { $0.variable == variable }
    }
}
