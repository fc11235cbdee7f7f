// SPDX-License-Identifier: Apache-2.0

/// Something that happened to an environment, for people.
package struct EnvironmentEvent: Sendable, Hashable, Codable {
    /// How much it matters, in Elastic Beanstalk's words.
    package enum Severity: String, Sendable, Hashable, Codable {
        case info = "INFO"
        case warn = "WARN"
        case error = "ERROR"
    }

    /// Milliseconds since 1970.
    package let at: Int64
    package let severity: Severity
    package let message: String
    /// The version that it is about.
    package let version: String?
}
