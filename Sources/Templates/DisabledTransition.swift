// SPDX-License-Identifier: Apache-2.0

/// A stage whose inbound transition a template closes: `DisableInboundStageTransitions`.
package struct DisabledTransition: Sendable, Hashable, Codable {
    package var stage: String
    package var reason: String

    package init(stage: String, reason: String) {
        self.stage = stage
        self.reason = reason
    }
}
