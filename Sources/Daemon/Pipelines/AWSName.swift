// SPDX-License-Identifier: Apache-2.0

/// Names of resources as AWS writes them, for the one region and account that there is.
enum AWSName {
    static let region = "us-east-1"
    static let account = "000000000000"

    static func pipeline(_ name: String) -> String { "arn:aws:codepipeline:\(region):\(account):\(name)" }
    static func repository(_ name: String) -> String { "arn:aws:codecommit:\(region):\(account):\(name)" }
    static func rule(_ name: String) -> String { "arn:aws:events:\(region):\(account):rule/\(name)" }

    /// The name of the pipeline that an ARN is of, whatever region and account; nil for other ARNs.
    static func pipeline(inARN arn: String) -> String? {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "codepipeline", !parts[5].contains(":"),
            !parts[5].contains("/"), !parts[5].isEmpty
        else { return nil }
        return String(parts[5])
    }
}
