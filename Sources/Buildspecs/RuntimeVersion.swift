// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// One entry of `runtime-versions`.
package struct RuntimeVersion: Sendable, Hashable {
    /// The runtime, such as `python`.
    package let name: String
    /// The version as written, such as `3.10`, `18.x`, `latest` or `$VERSION`.
    package let version: String
    /// Where the name is.
    package let location: SourceLocation
}
