// SPDX-License-Identifier: Apache-2.0

/// A repository of a code host, and the one that stands for it here.
package struct MappedRepository: Sendable, Hashable, Codable {
    /// `OWNER/NAME`, as `FullRepositoryId` of a connection has it.
    package var remote: String
    /// As `nacre repo list` shows it.
    package var repository: String

    package init(remote: String, repository: String) {
        self.remote = remote
        self.repository = repository
    }
}
