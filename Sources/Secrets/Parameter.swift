// SPDX-License-Identifier: Apache-2.0

/// One version of a parameter with its value: what SSM's `GetParameter` gives.
package struct Parameter: Sendable, Hashable {
    /// Everything but the value.
    package let facts: ParameterVersion
    /// The value in the clear.
    package let value: String
}
