// SPDX-License-Identifier: Apache-2.0

/// What somebody wants of an environment; what is nil stays as it is, or gets the default.
package struct EnvironmentSpecification: Sendable, Hashable {
    package var name: String
    package var application: String
    /// Nil: the first free one from 8001 on.
    package var port: Int?
    /// All of them; nil: unchanged.
    package var variables: [String: String]?
    /// The solution stack.
    package var platform: String?
    package var healthPath: String?
    package var isHealthStrict: Bool?
    package var limits: EnvironmentSettings.Limits?

    package init(name: String, application: String) {
        self.name = name
        self.application = application
    }

    /// What is wrong with it; nil: nothing.
    package var problem: String? {
        if let problem = EnvironmentNames.problem(name: name) { return problem }
        if application.isEmpty || application.utf8.count > 100 {
            return "the application of environment \(name) needs a name of 1 to 100 characters"
        }
        if let port, !(1...65535).contains(port) { return "\(port) is no port; use 1 to 65535" }
        for (key, value) in (variables ?? [:]).sorted(by: { $0.key < $1.key }) {
            if let problem = EnvironmentNames.problem(variable: key) { return problem }
            if value.utf8.contains(0) { return "the variable \(key) has a NUL in its value" }
        }
        if let healthPath, !healthPath.hasPrefix("/") || healthPath.contains(where: { $0.isWhitespace }) {
            return "'\(healthPath)' is no path for a health check; it begins with '/' and has no spaces"
        }
        return nil
    }

    /// Changes the settings to what is wanted.
    func apply(to settings: inout EnvironmentSettings) {
        settings.application = application
        if let port { settings.port = port }
        if let variables { settings.variables = variables }
        if let platform { settings.platform = platform }
        if let healthPath { settings.health.path = healthPath }
        if let isHealthStrict { settings.health.isStrict = isHealthStrict }
        if let limits { settings.limits = limits }
    }
}
