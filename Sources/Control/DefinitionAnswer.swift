// SPDX-License-Identifier: Apache-2.0

/// The daemon's answer to a `DefinitionRequest`.
package enum DefinitionAnswer: Sendable, Hashable, Codable {
    case done
}
