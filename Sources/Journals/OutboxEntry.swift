// SPDX-License-Identifier: Apache-2.0

package import Pipelines

/// An announcement that is still to be told.
package struct OutboxEntry: Sendable, Hashable {
    /// The order of the announcements; never given twice.
    package let seq: Int64
    package let announcement: PipelineAnnouncement
}
