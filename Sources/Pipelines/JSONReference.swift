// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// How values come into a configuration that is JSON: within a text they stay a part of that text, whatever they hold.
enum JSONReference {
    /// What stands for a value at its place in JSON.
    static func text(for value: String, in json: String, at place: Int) -> String {
        guard isInText(json.utf8.prefix(place)) else { return value }
        let quoted = JSONText.bytes(of: .string(value))
        return String(decoding: quoted.dropFirst().dropLast(), as: UTF8.self)
    }

    private static func isInText(_ beginning: some Sequence<UInt8>) -> Bool {
        var isInText = false
        var isEscaped = false
        for byte in beginning {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\"") {
                isInText.toggle()
            } else if byte == UInt8(ascii: "\\"), isInText {
                isEscaped = true
            }
        }
        return isInText
    }
}
