// SPDX-License-Identifier: Apache-2.0

/// A repository's number, given by whoever registers it.
package struct RepositoryKey: RawRepresentable, Sendable, Hashable, Comparable {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static func < (left: RepositoryKey, right: RepositoryKey) -> Bool {
        left.rawValue < right.rawValue
    }
}
