// SPDX-License-Identifier: Apache-2.0

/// An input that is a pattern, a line end, and a text.
struct PatternAndText {
    let pattern: String
    let text: String

    init(_ input: [UInt8]) {
        let end = input.firstIndex(of: 0x0A) ?? input.count
        pattern = String(decoding: input[..<end], as: UTF8.self)
        text = String(decoding: input[min(input.count, end + 1)...], as: UTF8.self)
    }
}
