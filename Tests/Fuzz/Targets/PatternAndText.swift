// SPDX-License-Identifier: Apache-2.0

/// An input that is a pattern, a line end, and a text; of both a part where they are long, as a match takes the time of one
/// times the other.
struct PatternAndText {
    private static let limitBytes = 2_000

    let pattern: String
    let text: String

    init(_ input: [UInt8]) {
        let end = input.firstIndex(of: 0x0A) ?? input.count
        pattern = String(decoding: input[..<end].prefix(Self.limitBytes), as: UTF8.self)
        text = String(decoding: input[min(input.count, end + 1)...].prefix(Self.limitBytes), as: UTF8.self)
    }
}
