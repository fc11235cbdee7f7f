// SPDX-License-Identifier: Apache-2.0

package import JSON

/// An object was put into a bucket: EventBridge's own event, and the one by way of CloudTrail that older rules wait for.
package struct S3ObjectEvent: Sendable, Hashable {
    package var bucket: String
    package var key: String
    package var versionID: String
    /// With or without quotes.
    package var etag: String
    /// In bytes.
    package var size: Int64
    /// Rises from event to event.
    package var sequence: Int64

    package init(bucket: String, key: String, versionID: String, etag: String, size: Int64, sequence: Int64) {
        self.bucket = bucket
        self.key = key
        self.versionID = versionID
        self.etag = etag
        self.size = size
        self.sequence = sequence
    }

    /// `Object Created`.
    package func json(_ envelope: EventEnvelope) -> JSONValue {
        let hex = String(sequence, radix: 16, uppercase: true)
        return envelope.event(
            source: "aws.s3",
            type: "Object Created",
            resources: ["arn:aws:s3:::\(bucket)"],
            detail: [
                "version": .string("0"),
                "bucket": .object(["name": .string(bucket)]),
                "object": .object([
                    "key": .string(key),
                    "size": .number(String(size)),
                    "etag": .string(etag.filter { $0 != "\"" }),
                    "version-id": .string(versionID),
                    "sequencer": .string(String(repeating: "0", count: max(0, 18 - hex.utf8.count)) + hex),
                ]),
                "request-id": .string(envelope.id),
                "requester": .string(envelope.account),
                "source-ip-address": .string("127.0.0.1"),
                "reason": .string("PutObject"),
            ]
        )
    }

    /// `AWS API Call via CloudTrail`, for `PutObject`.
    package func apiCall(_ envelope: EventEnvelope) -> JSONValue {
        envelope.event(
            source: "aws.s3",
            type: "AWS API Call via CloudTrail",
            resources: [],
            detail: [
                "eventSource": .string("s3.amazonaws.com"),
                "eventName": .string("PutObject"),
                "eventTime": .string(EventTime.text(envelope.at)),
                "awsRegion": .string(envelope.region),
                "requestParameters": .object(["bucketName": .string(bucket), "key": .string(key)]),
                "responseElements": .object(["x-amz-version-id": .string(versionID)]),
                "resources": .array([
                    .object([
                        "type": .string("AWS::S3::Object"), "ARN": .string("arn:aws:s3:::\(bucket)/\(key)"),
                    ]),
                    .object([
                        "accountId": .string(envelope.account), "type": .string("AWS::S3::Bucket"),
                        "ARN": .string("arn:aws:s3:::\(bucket)"),
                    ]),
                ]),
            ]
        )
    }
}
