// SPDX-License-Identifier: Apache-2.0

package import Pipelines

/// Which executions a list shows, the newest first.
package struct ExecutionFilter: Sendable, Hashable {
    /// Nil: of all pipelines.
    package var pipeline: String?
    package var status: ExecutionStatus?
    /// The most that are shown.
    package var limit: Int

    package init(pipeline: String? = nil, status: ExecutionStatus? = nil, limit: Int = 20) {
        self.pipeline = pipeline
        self.status = status
        self.limit = limit
    }
}
