// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Pipelines

/// Lineage backwards: from what serves to where it came from.
extension PipelineViews {
    /// What runs in an environment or lies in a bucket, and where it came from.
    /// - Throws: `notFound` where there is neither.
    func blame(_ place: String) async throws(ControlFailure) -> BlameView {
        if let view = try await bucket(place) { return view }
        throw ControlFailure(.notFound, "there is neither an environment nor a bucket `\(place)`")
    }
}
