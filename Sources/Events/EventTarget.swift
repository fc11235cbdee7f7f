// SPDX-License-Identifier: Apache-2.0

package import JSON

/// What a rule starts, and what it hands over; of `input`, `inputPath` and `inputTransformer` at most one is given.
package struct EventTarget: Sendable, Hashable, Codable {
    /// A text put together from parts of the event.
    package struct InputTransformer: Sendable, Hashable, Codable {
        /// Names to JSON paths, such as `commit` to `$.detail.commitId`.
        package var paths: [String: String]
        /// The text, with `<name>` for each part.
        package var template: String

        package init(paths: [String: String] = [:], template: String) {
            self.paths = paths
            self.template = template
        }
    }

    /// Unique in its rule.
    package var id: String
    /// Such as that of a pipeline or of a build project.
    package var arn: String
    /// A constant.
    package var input: JSONValue?
    /// The part of the event that is handed over, such as `$.detail`.
    package var inputPath: String?
    package var inputTransformer: InputTransformer?

    package init(
        id: String,
        arn: String,
        input: JSONValue? = nil,
        inputPath: String? = nil,
        inputTransformer: InputTransformer? = nil
    ) {
        self.id = id
        self.arn = arn
        self.input = input
        self.inputPath = inputPath
        self.inputTransformer = inputTransformer
    }
}
