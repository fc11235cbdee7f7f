// SPDX-License-Identifier: Apache-2.0

/// What an environment is doing, in Elastic Beanstalk's words.
package enum EnvironmentStatus: String, Sendable, Hashable, Codable {
    /// Its first version is being started.
    case launching = "Launching"
    /// Another version is being started beside the one that runs.
    case updating = "Updating"
    case ready = "Ready"
    /// It has been stopped.
    case terminated = "Terminated"
}
