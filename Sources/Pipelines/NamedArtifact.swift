// SPDX-License-Identifier: Apache-2.0

/// AWS's `{"name": …}`.
struct NamedArtifact: Codable {
    var name: String

    init(_ name: String) {
        self.name = name
    }
}
