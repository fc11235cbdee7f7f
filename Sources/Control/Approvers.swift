// SPDX-License-Identifier: Apache-2.0

/// Who may approve what pipelines ask for.
package enum Approvers: String, Sendable, Hashable, Codable, CaseIterable {
    /// Whoever may use the control socket.
    case anyone
    /// Of those anybody but who has pushed or started the execution.
    case others
}
