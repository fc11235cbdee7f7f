// SPDX-License-Identifier: Apache-2.0

package import Pipelines

/// An action or a rule that has been ordered and whose end is not on record.
package struct UnfinishedEffect: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case action
        case rule
    }

    package let kind: Kind
    package let order: ActionOrder
    /// Whether it is to end early: what comes back of it is of no interest any more.
    package let isCancelled: Bool

    package init(_ kind: Kind, _ order: ActionOrder, isCancelled: Bool = false) {
        self.kind = kind
        self.order = order
        self.isCancelled = isCancelled
    }
}
