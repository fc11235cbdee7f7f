// SPDX-License-Identifier: Apache-2.0

/// A use of a variable in a text: `#{namespace.key}`.
///
/// What looks otherwise (`#{`, `#{a}`, `#{a b.c}`) is no reference and stays as it is; there is no way to escape one.
/// Source: the CodePipeline user guide, "Variables".
package struct VariableReference: Sendable, Hashable, CustomStringConvertible {
    /// The namespace of an action, `variables`, or `codepipeline`.
    package let namespace: String
    package let key: String
    /// Where it is in the UTF-8 of the text, from `#` up to and with `}`.
    package let range: Range<Int>

    package var description: String { "#{\(namespace).\(key)}" }

    /// All references in a text, in their order.
    package static func all(in text: String) -> [VariableReference] {
        var found: [VariableReference] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index + 1 < bytes.count {
            guard bytes[index] == UInt8(ascii: "#"), bytes[index + 1] == UInt8(ascii: "{") else {
                index += 1
                continue
            }
            var end = index + 2
            var dot: Int?
            while end < bytes.count, isNameByte(bytes[end]) || bytes[end] == UInt8(ascii: ".") {
                if bytes[end] == UInt8(ascii: "."), dot == nil { dot = end }
                end += 1
            }
            guard end < bytes.count, bytes[end] == UInt8(ascii: "}"), let dot, dot > index + 2, dot + 1 < end else {
                index += 2
                continue
            }
            found.append(
                VariableReference(
                    namespace: String(decoding: bytes[(index + 2)..<dot], as: UTF8.self),
                    key: String(decoding: bytes[(dot + 1)..<end], as: UTF8.self),
                    range: index..<(end + 1)
                )
            )
            index = end + 1
        }
        return found
    }

    /// Whether a byte may be in a namespace or a key: `A-Za-z0-9@-_`.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "@"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
