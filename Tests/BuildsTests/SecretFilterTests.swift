// SPDX-License-Identifier: Apache-2.0

import Masks
import Testing

@testable import Builds

@Suite("Secret filter")
struct SecretFilterTests {
    private let filter = SecretFilter(
        SecretValues([
            SecretValues.Entry(variable: "TOKEN", source: .secretsManager, value: "s3cr3t-value"),
            SecretValues.Entry(variable: "KEY", source: .parameterStore, value: "{\nline of the key\n}"),
            SecretValues.Entry(variable: "GONE", source: .parameterStore, failure: "not there"),
        ]),
        mask: SecretMask(hiding: [NamedSecret(name: "TOKEN", value: "s3cr3t-value")])
    )

    @Test(
        "what holds a secret is left out",
        arguments: [
            ("TOKEN", "anything"), ("GONE", ""), ("URL", "https://me:s3cr3t-value@host/"), ("COPY", "s3cr3t-value"),
            ("PART", "line of the key"), ("ENCODED", "czNjcjN0LXZhbHVl"),
        ]
    )
    func withheld(_ variable: (name: String, value: String)) {
        #expect(!filter.allows(variable.name, variable.value))
    }

    @Test("what holds none stays", arguments: [("PATH", "/usr/bin"), ("JSON", "{}"), ("EMPTY", "")])
    func allowed(_ variable: (name: String, value: String)) {
        #expect(filter.allows(variable.name, variable.value))
    }
}
