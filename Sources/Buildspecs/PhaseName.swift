// SPDX-License-Identifier: Apache-2.0

/// The four phases that a buildspec may fill, in the order they run.
package enum PhaseName: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case install
    case preBuild = "pre_build"
    case build
    case postBuild = "post_build"

    /// Whether the phase runs earlier.
    package static func < (left: PhaseName, right: PhaseName) -> Bool { left.order < right.order }

    private var order: Int {
        switch self {
        case .install: 0
        case .preBuild: 1
        case .build: 2
        case .postBuild: 3
        }
    }
}
