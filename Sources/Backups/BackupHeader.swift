// SPDX-License-Identifier: Apache-2.0

/// What a backup says of itself: its first entry, `backup.json`.
package struct BackupHeader: Sendable, Hashable, Codable {
    /// The form of the file; this version writes and reads `currentFormat`.
    package var format: Int
    /// The version of Nacre that wrote it.
    package var nacre: String
    /// The steps of the journal's schema.
    package var schema: [String]
    /// RFC 3339, UTC.
    package var time: String
    /// The absolute path of the home.
    package var home: String
    /// What was left out: `artifacts`, `logs`, `secrets`.
    package var without: [String]

    package static let currentFormat = 1
    static let path = "backup.json"

    package init(nacre: String, schema: [String], time: String, home: String, without: [String]) {
        format = Self.currentFormat
        self.nacre = nacre
        self.schema = schema
        self.time = time
        self.home = home
        self.without = without
    }
}
