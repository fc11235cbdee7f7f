// SPDX-License-Identifier: Apache-2.0

package import JSON

/// What all events have around their detail.
package struct EventEnvelope: Sendable, Hashable {
    /// A UUID.
    package var id: String
    /// Milliseconds since 1970, UTC.
    package var at: Int64
    package var account: String
    package var region: String

    package init(id: String, at: Int64, account: String = "000000000000", region: String = "us-east-1") {
        self.id = id
        self.at = at
        self.account = account
        self.region = region
    }

    /// The whole event.
    package func event(
        source: String,
        type: String,
        resources: [String],
        detail: [String: JSONValue]
    ) -> JSONValue {
        .object([
            "version": .string("0"),
            "id": .string(id),
            "detail-type": .string(type),
            "source": .string(source),
            "account": .string(account),
            "time": .string(EventTime.text(at)),
            "region": .string(region),
            "resources": .array(resources.map { .string($0) }),
            "detail": .object(detail),
        ])
    }

    /// The ARN of something of this account and region.
    func arn(_ service: String, _ resource: String) -> String {
        "arn:aws:\(service):\(region):\(account):\(resource)"
    }
}
