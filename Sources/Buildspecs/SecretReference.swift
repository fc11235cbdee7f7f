// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// A variable from Secrets Manager: `secret-id[:json-key[:version-stage[:version-id]]]`.
package struct SecretReference: Sendable, Hashable {
    /// The variable's name.
    package let name: String
    /// The secret's name or full ARN.
    package let secretID: String
    /// The key in the secret's JSON; nil for its whole text.
    package let jsonKey: String?
    /// The stage, such as `AWSPREVIOUS`; nil for `AWSCURRENT`, unless there is a version id.
    package let versionStage: String?
    /// The version's id; never together with a stage.
    package let versionID: String?
    /// Where the variable's name is.
    package let location: SourceLocation

    /// Splits a reference; an empty field counts as left out.
    /// - Returns: nil without a secret id, with too many fields, or with both a stage and a version id.
    package init?(name: String, reference: String, location: SourceLocation) {
        var fields = reference.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        var secretID = fields.removeFirst()
        if secretID == "arn" {
            // An ARN is seven fields itself: arn:aws:secretsmanager:region:account:secret:name.
            guard fields.count >= 6 else { return nil }
            secretID = (["arn"] + fields[..<6]).joined(separator: ":")
            fields.removeFirst(6)
        }
        guard !secretID.isEmpty, fields.count <= 3 else { return nil }
        func field(_ index: Int) -> String? {
            fields.indices.contains(index) && !fields[index].isEmpty ? fields[index] : nil
        }
        self.name = name
        self.secretID = secretID
        self.jsonKey = field(0)
        self.versionStage = field(1)
        self.versionID = field(2)
        self.location = location
        if versionStage != nil, versionID != nil { return nil }
    }
}
