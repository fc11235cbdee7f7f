// SPDX-License-Identifier: Apache-2.0

package import Batches
package import Builds

/// The daemon's answer to a `ControlRequest`.
package enum ControlAnswer: Sendable, Hashable, Codable {
    case failure(ControlFailure)
    case pong(version: String, pid: Int32, home: String, jobs: Int)
    case repository(RepositoryView)
    case repositories([RepositoryView])
    case builds([Build])
    case build(Build)
    /// A batch, and all of its builds, retries too, oldest first.
    case batch(BuildBatch, builds: [Build])
    /// A stream follows; `build` is how the build stood when it was asked for.
    case stream(build: Build)
    case pipeline(PipelineAnswer)
    case definition(DefinitionAnswer)
    case notification(NotificationAnswer)
    case retention(RetentionReport)
    case care(CareAnswer)
    case observation(ObservationAnswer)
    case done
}
