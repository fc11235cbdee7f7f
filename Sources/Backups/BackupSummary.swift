// SPDX-License-Identifier: Apache-2.0

/// What a backup holds.
package struct BackupSummary: Sendable, Hashable, Codable {
    package var header: BackupHeader
    /// Files, folders and links.
    package var entries: Int64
    /// Of all files together.
    package var bytes: Int64
}
