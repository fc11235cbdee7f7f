// SPDX-License-Identifier: Apache-2.0

/// A user of this machine, as AWS names callers.
package enum PersonName {
    private static let prefix = "arn:aws:iam::000000000000:user/"

    /// The ARN of a login name; what is an ARN already stays.
    package static func arn(_ name: String) -> String { name.hasPrefix("arn:") ? name : prefix + name }

    /// The login name in such an ARN; anything else stays.
    package static func name(_ arn: String) -> String {
        arn.hasPrefix(prefix) ? String(arn.dropFirst(prefix.count)) : arn
    }
}
