// SPDX-License-Identifier: Apache-2.0

/// A `#{namespace.key}` within a text.
struct VariableReference: Hashable {
    let namespace: String
    let key: String

    /// The references of a text, in its order; `#{` that does not begin one is text.
    static func all(in text: String) -> [VariableReference] {
        var result: [VariableReference] = []
        var rest = text.utf8[...]
        while let start = rest.firstIndex(of: UInt8(ascii: "#")) {
            rest = rest[rest.index(after: start)...]
            guard rest.first == UInt8(ascii: "{") else { continue }
            let inside = rest.dropFirst()
            guard let end = inside.firstIndex(where: { !isAllowed($0) }), inside[end] == UInt8(ascii: "}"),
                let dot = inside[..<end].firstIndex(of: UInt8(ascii: "."))
            else { continue }
            let namespace = inside[..<dot]
            let key = inside[inside.index(after: dot)..<end]
            rest = inside[end...]
            guard !namespace.isEmpty, !key.isEmpty else { continue }
            result.append(VariableReference(namespace: String(Substring(namespace)), key: String(Substring(key))))
        }
        return result
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "@"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }
}
