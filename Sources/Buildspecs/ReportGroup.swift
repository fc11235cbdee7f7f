// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import WireWords

/// One entry of `reports`.
package struct ReportGroup: Sendable, Hashable {
    /// A plain name, an ARN or a variable, as written.
    package let name: String
    /// Patterns of the report files.
    package let files: [Located<String>]
    /// What `files` are relative to; nil for the source folder.
    package let baseDirectory: Located<String>?
    /// Whether raw files are exported without their folders.
    package let discardPaths: Bool
    /// What the files hold.
    package let format: ReportFormat
    /// Where the name is.
    package let location: SourceLocation
}
