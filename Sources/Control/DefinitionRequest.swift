// SPDX-License-Identifier: Apache-2.0

/// What a client may ask about definitions: applying files and comparing them.
package enum DefinitionRequest: Sendable, Hashable, Codable {
    case list
}
