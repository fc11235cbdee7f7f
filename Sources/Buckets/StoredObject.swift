// SPDX-License-Identifier: Apache-2.0

/// A version of an object that has bytes.
package struct StoredObject: Sendable, Hashable {
    package let version: ObjectVersion
    package let content: ObjectVersion.Content

    package var bucket: String { version.bucket }
    package var key: String { version.key }
    package var versionID: String { version.versionID }
    package var modifiedAt: Int64 { version.modifiedAt }

    init?(_ version: ObjectVersion) {
        guard let content = version.content else { return nil }
        self.version = version
        self.content = content
    }
}
