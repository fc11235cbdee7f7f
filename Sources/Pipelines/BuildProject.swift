// SPDX-License-Identifier: Apache-2.0

package import JSON

/// What CodeBuild keeps beside the buildspec: a project that build actions name.
///
/// Its JSON form is that of `batch-get-projects`.
package struct BuildProject: Sendable, Hashable {
    /// A variable that the project gives to its builds.
    package struct Variable: Sendable, Hashable, Codable {
        package var name: String
        package var value: String
        /// `PLAINTEXT`, `PARAMETER_STORE`, `SECRETS_MANAGER`; nil: `PLAINTEXT`.
        package var type: String?

        package init(name: String, value: String, type: String? = nil) {
            self.name = name
            self.value = value
            self.type = type
        }
    }

    package var name: String
    package var description: String?
    /// `CODEPIPELINE`, `CODECOMMIT`, `GITHUB`, `S3`, `NO_SOURCE`; nil: not said.
    package var sourceType: String?
    /// Clone address; only outside of pipelines.
    package var sourceLocation: String?
    /// Branch, tag or commit; only outside of pipelines.
    package var sourceVersion: String?
    /// The text of a buildspec, or the path of one in the primary source; nil: `buildspec.yml`.
    package var buildspec: String?
    package var image: String?
    package var computeType: String?
    package var environmentType: String?
    package var isPrivileged: Bool
    package var variables: [Variable]
    package var timeoutInMinutes: Int?
    package var queuedTimeoutInMinutes: Int?
    package var concurrentBuildLimit: Int?
    /// CodeBuild's `autoRetryLimit`.
    package var autoRetryLimit: Int?
    /// Members that have no effect here and are given back as they came.
    package var unused: [String: JSONValue]

    package init(name: String) {
        self.name = name
        isPrivileged = false
        variables = []
        unused = [:]
    }
}
