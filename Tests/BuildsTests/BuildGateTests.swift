// SPDX-License-Identifier: Apache-2.0

import Builds
import JSON
import Testing

@Suite("The gate of a build")
struct BuildGateTests {
    @Test("without secrets the message is the word alone")
    func nothing() throws {
        #expect(try BuildGate.message(SecretValues()) == Array("g0\n".utf8))
    }

    @Test("secrets follow the word, after their length in bytes")
    func secrets() throws {
        let secrets = SecretValues([
            SecretValues.Entry(variable: "TOKEN", source: .secretsManager, value: "gänsefüßchen \"\n"),
            SecretValues.Entry(variable: "URL", source: .parameterStore, failure: "parameter does not exist: /url"),
        ])
        let message = try BuildGate.message(secrets)
        let end = try #require(message.firstIndex(of: UInt8(ascii: "\n")))
        let payload = Array(message[(end + 1)...])
        #expect(String(decoding: message[..<end], as: UTF8.self) == "g\(payload.count)")
        #expect(try JSONText.decode(SecretValues.self, from: payload) == secrets)
    }
}
