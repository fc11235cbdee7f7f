// SPDX-License-Identifier: Apache-2.0

/// Makes text that came from a repository harmless for a terminal.
///
/// Branch names and commit messages are whatever a pusher wrote, and git hands the lines of a hook to the terminal of
/// another (CVE-2024-52005). Escape sequences, line breaks and marks that turn the writing direction become visible.
package enum TerminalText {
    /// The text with each dangerous character replaced by a visible form: `^[` for escape, `\u{202E}` for others.
    /// - Parameter keepsLines: whether line feeds and tabs stay as they are.
    package static func neutralised(_ text: String, keepsLines: Bool = false) -> String {
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
    package static func neutralised(_ bytes: [UInt8], keepsLines: Bool = false) -> String {
        neutralised(String(decoding: bytes, as: UTF8.self), keepsLines: keepsLines)
    }
}
