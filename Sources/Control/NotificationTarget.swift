// SPDX-License-Identifier: Apache-2.0

/// Who is told of pipelines, how, and of what.
package struct NotificationTarget: Sendable, Hashable, Codable {
    /// How it is told.
    package enum Way: Sendable, Hashable, Codable {
        /// A line for `/bin/sh -c`, with the JSON on its standard input.
        case command(String)
        /// An address that the JSON is sent to by POST.
        case webhook(String)
    }

    package var name: String
    package var way: Way
    /// The one pipeline that counts; nil: all.
    package var pipeline: String?
    package var reasons: [NotificationReason]

    package init(
        name: String,
        way: Way,
        pipeline: String? = nil,
        reasons: [NotificationReason] = NotificationReason.standard
    ) {
        self.name = name
        self.way = way
        self.pipeline = pipeline
        self.reasons = reasons
    }
}
