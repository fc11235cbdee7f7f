// SPDX-License-Identifier: Apache-2.0

/// Texts on a terminal, counted in columns.
extension String {
    /// The text with every control character replaced by U+FFFD, so that it can neither move the cursor nor change colours
    /// nor begin another line.
    package var visible: String {
        if !unicodeScalars.contains(where: \.isControl) { return self }
        var result = UnicodeScalarView()
        for scalar in unicodeScalars { result.append(scalar.isControl ? "\u{fffd}" : scalar) }
        return String(result)
    }

    /// How many columns the text takes, roughly: terminals differ on rare scripts and joined emoji.
    package var terminalColumns: Int {
        if utf8.allSatisfy({ $0 < 0x80 }) { return utf8.count }
        return reduce(0) { $0 + $1.terminalColumns }
    }

    /// The text with spaces after it up to `columns`.
    package func padded(to columns: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, columns - terminalColumns))
    }

    /// The text if it fits into `columns`, else its beginning and `…`.
    package func truncated(to columns: Int) -> String {
        if terminalColumns <= columns { return self }
        if columns < 1 { return "" }
        var result = ""
        var left = columns - 1
        for character in self {
            left -= character.terminalColumns
            if left < 0 { break }
            result.append(character)
        }
        return result + "…"
    }
}

extension Character {
    /// 0 for marks that join the letter before, 2 for wide letters and emoji, else 1.
    fileprivate var terminalColumns: Int {
        guard let first = unicodeScalars.first else { return 0 }
        if first.isASCII { return 1 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        return first.isWide || first.properties.isEmojiPresentation ? 2 : 1
    }
}

extension Unicode.Scalar {
    /// C0, DEL and C1, and the marks that turn the direction of writing or break lines.
    fileprivate var isControl: Bool {
        switch value {
        case 0...0x1f, 0x7f...0x9f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }

    /// The blocks of East Asian wide letters; see <https://www.unicode.org/reports/tr11/>.
    fileprivate var isWide: Bool {
        switch value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xa960...0xa97c, 0xac00...0xd7a3, 0xf900...0xfaff,
            0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f680...0x1f6ff, 0x1f900...0x1f9ff,
            0x20000...0x3fffd:
            true
        default: false
        }
    }
}
