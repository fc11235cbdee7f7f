// SPDX-License-Identifier: Apache-2.0

/// Why an event is not taken: AWS's exception and a sentence.
package struct PipelineRefusal: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// AWS's name, such as `StageNotRetryableException`.
    package var exception: String
    /// What, on what, what to do.
    package var message: String

    package init(_ exception: String, _ message: String) {
        self.exception = exception
        self.message = message
    }

    package var description: String { message }
}
