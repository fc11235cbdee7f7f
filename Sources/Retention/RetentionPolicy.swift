// SPDX-License-Identifier: Apache-2.0

/// How much of what is past is kept; nil: that sets no limit.
package struct RetentionPolicy: Sendable, Hashable, Codable {
    /// How long, in milliseconds from the end.
    package var age: Int64?
    /// How many builds of a project.
    package var count: Int?
    /// How many bytes.
    package var bytes: Int64?
    /// What is to stay free of the file system.
    package var freeSpace: FreeSpace?

    package init(age: Int64? = nil, count: Int? = nil, bytes: Int64? = nil, freeSpace: FreeSpace? = nil) {
        self.age = age
        self.count = count
        self.bytes = bytes
        self.freeSpace = freeSpace
    }
}
