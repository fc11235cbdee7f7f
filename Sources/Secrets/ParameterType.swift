// SPDX-License-Identifier: Apache-2.0

/// SSM's `ParameterType`; in Nacre's store every value is encrypted, whatever its type.
package enum ParameterType: String, Sendable, Hashable, CaseIterable {
    case string = "String"
    /// Items with commas between them.
    case stringList = "StringList"
    case secureString = "SecureString"
}
