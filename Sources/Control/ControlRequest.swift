// SPDX-License-Identifier: Apache-2.0

package import Builds

/// What a client may ask of the daemon: one JSON line on the control socket, answered by one `ControlAnswer` line.
///
/// Client and daemon come from the same installation; the form is not a promise to others.
package enum ControlRequest: Sendable, Hashable, Codable {
    /// Is anybody there?
    case ping
    case createRepository(name: String, branches: [String])
    case addRepository(path: String, name: String?, branches: [String], installsHooks: Bool)
    case listRepositories
    case removeRepository(name: String)
    /// Sets how a repository's builds run, the whole of it.
    case setRepository(name: String, settings: ProjectSettings)
    case listBuilds(BuildFilter)
    /// `build` as people write it: an id, the beginning of a UUID, `PROJECT#NUMBER`, `latest`.
    case showBuild(build: String)
    case stopBuild(build: String)
    /// After the answer come the log's raw bytes until the end of the stream; with `follows` until the build has ended.
    case readLog(build: String, follows: Bool)
    /// After the answer come `BuildEvent` lines until the build has ended.
    case watchBuild(build: String)
    case pipeline(PipelineRequest)
    case definition(DefinitionRequest)
    case notification(NotificationRequest)
    case retention(RetentionRequest)
    case care(CareRequest)
    case observation(ObservationRequest)
    /// Objects of buckets were put or removed; whoever did it has done so already.
    case bucketsChanged

    /// Which builds a list shows, the newest first.
    package struct BuildFilter: Sendable, Hashable, Codable {
        package var project: String?
        package var status: String?
        /// The most that are shown.
        package var limit: Int

        package init(project: String? = nil, status: String? = nil, limit: Int = 20) {
            self.project = project
            self.status = status
            self.limit = limit
        }
    }
}
