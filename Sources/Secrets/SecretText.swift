// SPDX-License-Identifier: Apache-2.0

/// One version of a secret with its value: what Secrets Manager's `GetSecretValue` gives.
package struct SecretText: Sendable, Hashable {
    /// The secret's name.
    package let name: String
    package let arn: String
    package let version: Secret.Version
    /// `SecretString`, in the clear.
    package let value: String
}
