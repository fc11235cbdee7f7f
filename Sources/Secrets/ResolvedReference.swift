// SPDX-License-Identifier: Apache-2.0

/// What became of a reference.
package struct ResolvedReference: Sendable, Hashable {
    package let reference: StoreReference
    /// The value, or why there is none.
    package let result: Result<String, SecretError>
}
