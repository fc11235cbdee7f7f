// SPDX-License-Identifier: Apache-2.0

/// Text from files and repositories, made harmless for a terminal.
///
/// Branch names and commit messages are whatever a pusher wrote, and git hands the lines of a hook to the terminal of
/// another (CVE-2024-52005).
package enum TerminalText {
    /// The text on one line, with a space for each tab and `�` for whatever could move a cursor, change colours or reorder
    /// what is shown: control characters, line ends, direction marks, invisible characters.
    package static func neutralized(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            result.append(scalar == "\t" ? " " : isHarmless(scalar) ? scalar : "\u{FFFD}")
        }
        return String(result)
    }

    /// The text with each dangerous character replaced by a visible form: `^[` for escape, `\u{202E}` for others.
    ///
    /// * `keepsLines`: whether line feeds and tabs stay as they are.
    package static func visible(_ text: String, keepsLines: Bool = false) -> String {
        // Nearly every text is harmless: decide that on the bytes, without a copy.
        let isPlain = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
        if isPlain { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09 where keepsLines, 0x0A where keepsLines:
                result.unicodeScalars.append(scalar)
            case 0..<0x20, 0x7F:
                result += "^"
                result.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value ^ 0x40)))
            case 0x80..<0xA0, 0x61C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB,
                0xE0000...0xE007F:
                result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The same for bytes; those that are not UTF-8 become U+FFFD, which every terminal shows as a mark.
    package static func visible(_ bytes: [UInt8], keepsLines: Bool = false) -> String {
        visible(String(decoding: bytes, as: UTF8.self), keepsLines: keepsLines)
    }

    /// Whether a terminal only draws the character.
    static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7f: true
        case 0..<0x20, 0x7f..<0xa0, 0xad, 0x61c, 0x180e, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff,
            0xfff9...0xfffb, 0xe0000...0xe0fff:
            false
        default: true
        }
    }

    /// How many columns a terminal gives the character: 0, 1 or 2.
    static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0..<0x300: return 1
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
            0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f680...0x1faff, 0x20000...0x3fffd:
            return 2
        default:
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark: return 0
            default: return 1
            }
        }
    }
}
