// SPDX-License-Identifier: Apache-2.0

/// One version of a parameter, without its value: what SSM's `DescribeParameters` and `GetParameterHistory` tell.
package struct ParameterVersion: Sendable, Hashable {
    /// Such as `/app/prod/url`.
    package let name: String
    package let type: ParameterType
    /// Counts up from 1.
    package let version: Int64
    package let description: String?
    /// The length of the value in UTF-8.
    package let sizeBytes: Int64
    /// Milliseconds since 1970, UTC.
    package let modifiedAt: Int64
    /// The name of the user of this machine who put it.
    package let modifiedBy: String

    /// SSM's `ARN`.
    package var arn: String {
        "arn:aws:ssm:us-east-1:000000000000:parameter\(name.hasPrefix("/") ? "" : "/")\(name)"
    }
    /// SSM's `DataType`; there is no other here.
    package var dataType: String { "text" }
    /// SSM's `Tier`: up to 4 KB is `Standard`.
    package var tier: String { sizeBytes <= 4096 ? "Standard" : "Advanced" }
}
