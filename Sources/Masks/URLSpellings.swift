// SPDX-License-Identifier: Apache-2.0

/// The ways in which a value is percent-encoded (RFC 3986 §2.1), which differ in the characters that stay as they are.
enum URLSpellings {
    private struct Way {
        var kept: String
        var spaceIsPlus = false
    }

    private static let ways = [
        // The RFC's unreserved characters: curl, jq, Go's PathEscape but for a few, passwords in URLs.
        Way(kept: "-._~"),
        // Forms: Python's quote_plus and Go's QueryEscape; browsers and Java; PHP.
        Way(kept: "-._~", spaceIsPlus: true),
        Way(kept: "*-._", spaceIsPlus: true),
        Way(kept: "-._", spaceIsPlus: true),
        // Python's quote.
        Way(kept: "-._~/"),
        // JavaScript's encodeURIComponent and encodeURI.
        Way(kept: "-._~!*'()"),
        Way(kept: "-._~!*'();/?:@&=+$,#"),
    ]

    /// The texts, with the hexadecimal digits in both cases.
    static func all(of value: [UInt8], inAllWays: Bool) -> [[UInt8]] {
        let hexadecimal = [Array("0123456789ABCDEF".utf8), Array("0123456789abcdef".utf8)]
        return ways.prefix(inAllWays ? ways.count : 1).flatMap { way in
            hexadecimal.map { encoded(value, way: way, digits: $0) }
        }
    }

    private static func encoded(_ value: [UInt8], way: Way, digits: [UInt8]) -> [UInt8] {
        var isKept = [Bool](repeating: false, count: 256)
        for byte in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\(way.kept)".utf8 {
            isKept[Int(byte)] = true
        }
        var result: [UInt8] = []
        result.reserveCapacity(value.count * 2)
        for byte in value {
            if isKept[Int(byte)] {
                result.append(byte)
            } else if way.spaceIsPlus, byte == UInt8(ascii: " ") {
                result.append(UInt8(ascii: "+"))
            } else {
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return result
    }
}
