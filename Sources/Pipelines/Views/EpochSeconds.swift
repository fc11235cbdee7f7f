// SPDX-License-Identifier: Apache-2.0

/// An instant as AWS's JSON protocols write it: seconds since 1970 as a number, with a fraction.
package struct EpochSeconds: Sendable, Hashable, Codable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let seconds = try container.decode(Double.self)
        guard let value = Int64(exactly: (seconds * 1000).rounded()) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a time: \(seconds)")
        }
        milliseconds = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if milliseconds.isMultiple(of: 1000) {
            try container.encode(milliseconds / 1000)
        } else {
            try container.encode(Double(milliseconds) / 1000)
        }
    }
}
