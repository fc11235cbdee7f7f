// SPDX-License-Identifier: Apache-2.0

/// Secrets Manager's own stages; others are the user's.
package enum SecretStage {
    /// The version that is meant when none is named.
    package static let current = "AWSCURRENT"
    /// The one that was `current` before.
    package static let previous = "AWSPREVIOUS"
}
