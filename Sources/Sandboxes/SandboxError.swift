// SPDX-License-Identifier: Apache-2.0

/// Why a build cannot be run in the place that was asked for.
package struct SandboxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The `statusCode` of the failed PROVISIONING phase.
    package enum Code: String, Sendable, Hashable {
        /// The machine lacks a program, or forbids what it needs: ours, AWS has no such thing.
        case unavailable = "ISOLATION_UNAVAILABLE"
        /// CodeBuild's own code for an image that is not there and cannot be had.
        case imageNotPulled = "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE"
        /// The request itself makes no sense.
        case badRequest = "INVALID_INPUT"
    }

    package let code: Code
    /// What failed and what to do, in a sentence.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
