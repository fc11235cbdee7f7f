// SPDX-License-Identifier: Apache-2.0

/// How well an environment serves, in Elastic Beanstalk's words.
package enum EnvironmentHealth: String, Sendable, Hashable, Codable {
    /// Nothing runs, or it is not known.
    case grey = "Grey"
    case green = "Green"
    /// It serves, or will in a moment, but something went wrong.
    case yellow = "Yellow"
    /// It does not serve.
    case red = "Red"
}
