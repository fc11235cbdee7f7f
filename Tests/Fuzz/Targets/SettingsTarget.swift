// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Retention

/// Any bytes are a daemon's settings, or have problems at places in the text.
struct SettingsTarget: FuzzTarget {
    let name = "settings"
    let seeds = [
        """
        jobs: 4
        retention:
          age: 30d
          count: 100
          bytes: 50GB
          free-space: 5%
        projects:
          app:
            retention: {age: 1y, count: unlimited, bytes: 1.5 GiB}
        reserve: 64MB

        """, "jobs: 1\nreserve: 0\nretention: {free-space: 20GB}\n",
    ].map { Array($0.utf8) }
    let words = [
        "jobs: ", "retention:", "age: ", "count: ", "bytes: ", "free-space: ", "projects:", "reserve: ", "d", "w", "y",
        "GB", "TiB", "%", "unlimited", "  ", "\n", "{", "}",
    ]

    func check(_ input: [UInt8]) throws {
        let reading = DaemonSettingsReader.read(input, file: "config.yml")
        try PlaceCheck(input).check(reading.diagnostics)
        guard let settings = reading.settings else {
            return try FuzzFailure.unless(!reading.diagnostics.isEmpty, "it is refused without a word")
        }
        for policy in [settings.retention] + settings.projects.values {
            // What has no limit says the largest number.
            let numbers = [policy.age, policy.count.map { Int64($0) }, policy.bytes].compactMap(\.self)
            try FuzzFailure.unless(
                numbers.allSatisfy { $0 == .max || (0...1 << 60).contains($0) },
                "\(policy) cannot be reckoned with"
            )
        }
        try FuzzFailure.unless((0...1 << 60).contains(settings.reserve), "a reserve of \(settings.reserve)")
    }
}
