// SPDX-License-Identifier: Apache-2.0

/// What is fixed about an environment, whichever version it runs; `environment.json`.
package struct EnvironmentSettings: Sendable, Hashable, Codable {
    /// Made once, as Elastic Beanstalk's: `e-` and ten letters and digits.
    package let id: String
    package let name: String
    package var application: String
    /// Where it is reached on this machine, on the loopback interface; never changes by itself.
    package var port: Int
    /// Given to the application, beside `PORT`.
    package var variables: [String: String]
    /// The solution stack as the definition names it; one that runs Docker prefers the bundle's Dockerfile.
    package var platform: String?
    package var health: HealthCheck
    package var limits: Limits
    /// Milliseconds since 1970.
    package let createdAt: Int64
    /// Milliseconds since 1970.
    package var updatedAt: Int64

    /// How it is found out whether an instance serves.
    package struct HealthCheck: Sendable, Hashable, Codable {
        /// What is asked for by GET.
        package var path: String
        /// Whether only an answer of 200 to 399 is good; else any below 500 is.
        package var isStrict: Bool

        package init(path: String = "/", isStrict: Bool = false) {
            self.path = path
            self.isStrict = isStrict
        }

        /// Whether an answer of this status is good.
        package func accepts(_ status: Int) -> Bool {
            isStrict ? (200..<400).contains(status) : (100..<500).contains(status)
        }
    }

    /// How long things may take; in seconds.
    package struct Limits: Sendable, Hashable, Codable {
        /// Until a new instance answers.
        package var start: Int
        /// From the request to end to the end by force.
        package var stop: Int
        /// For what the old instance is still answering after the switch.
        package var drain: Int
        /// For the build of a container image.
        package var build: Int

        package init(start: Int = 60, stop: Int = 10, drain: Int = 30, build: Int = 1800) {
            self.start = start
            self.stop = stop
            self.drain = drain
            self.build = build
        }
    }

    init(id: String, name: String, application: String, port: Int, at now: Int64) {
        self.id = id
        self.name = name
        self.application = application
        self.port = port
        variables = [:]
        health = HealthCheck()
        limits = Limits()
        createdAt = now
        updatedAt = now
    }

    /// Where it is reached.
    package var url: String { "http://127.0.0.1:\(port)" }
}
