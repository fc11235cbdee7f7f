// SPDX-License-Identifier: Apache-2.0

package import Pipelines

/// An event that is on record and has not been applied.
package struct PendingEvent: Sendable, Hashable {
    /// The order of the events; rises, with gaps.
    package let seq: Int64
    package let event: PipelineEvent
}
