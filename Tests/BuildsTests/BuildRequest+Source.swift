// SPDX-License-Identifier: Apache-2.0

import Builds

extension BuildRequest.Source {
    /// The source of a build that has none.
    static let none = BuildRequest.Source(
        identifier: nil,
        directory: "/src",
        type: "NO_SOURCE",
        location: "",
        version: "",
        resolvedVersion: nil
    )
}
