// SPDX-License-Identifier: Apache-2.0

/// AWS's `ErrorDetails`.
package struct ErrorDetails: Sendable, Hashable, Codable {
    package var code: String
    package var message: String

    package init(_ failure: ActionFailure) {
        code = failure.code.rawValue
        message = failure.message
    }
}
