// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// The check of a file's bytes before libyaml sees them: libyaml's own errors about them name no line.
enum YAMLBytes {
    /// The bytes without a UTF-8 byte-order mark, all of them characters that YAML 1.1 allows.
    static func check(_ bytes: [UInt8], file: String) throws(YAMLError) -> ArraySlice<UInt8> {
        try refuseOtherEncodings(bytes, file: file)
        let start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        if let bad = firstBadIndex(bytes.span, from: start) { throw error(bytes, at: bad, file: file) }
        return bytes[start...]
    }

    private static func refuseOtherEncodings(_ bytes: [UInt8], file: String) throws(YAMLError) {
        let encoding: String
        if bytes.starts(with: [0xff, 0xfe, 0, 0]) || bytes.starts(with: [0, 0, 0xfe, 0xff]) {
            encoding = "UTF-32"
        } else if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            encoding = "UTF-16"
        } else if bytes.count >= 4, (bytes[0] == 0) != (bytes[1] == 0), (bytes[2] == 0) != (bytes[3] == 0) {
            encoding = "UTF-16"
        } else {
            return
        }
        throw YAMLError(
            .encoding,
            "the file is \(encoding); only UTF-8 is read",
            at: SourceLocation(file: file, line: 1, column: 1),
            hint: "save it as UTF-8, for example with `iconv -f \(encoding) -t UTF-8`"
        )
    }

    /// The first byte of the first character that is not well-formed UTF-8 or that YAML forbids.
    private static func firstBadIndex(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        let count = bytes.count
        while index < count {
            let byte = bytes[index]
            if byte < 0x80 {
                if byte < 0x20 ? byte != 0x0a && byte != 0x0d && byte != 0x09 : byte == 0x7f { return index }
                index += 1
                continue
            }
            guard let (scalar, length) = decode(bytes, at: index), isAllowed(scalar) else { return index }
            index += length
        }
        return nil
    }

    /// Decodes a character of two to four bytes; nil where it is not well-formed (Unicode, table 3-7).
    private static func decode(_ bytes: Span<UInt8>, at index: Int) -> (scalar: UInt32, length: Int)? {
        let first = bytes[index]
        let length: Int
        var scalar: UInt32
        switch first {
        case 0xc2...0xdf: (length, scalar) = (2, UInt32(first & 0x1f))
        case 0xe0...0xef: (length, scalar) = (3, UInt32(first & 0x0f))
        case 0xf0...0xf4: (length, scalar) = (4, UInt32(first & 0x07))
        default: return nil
        }
        guard index + length <= bytes.count else { return nil }
        for offset in 1..<length {
            let byte = bytes[index + offset]
            guard byte & 0xc0 == 0x80 else { return nil }
            scalar = scalar << 6 | UInt32(byte & 0x3f)
        }
        switch length {
        case 3 where scalar < 0x800 || (0xd800...0xdfff).contains(scalar): return nil
        case 4 where !(0x10000...0x10ffff).contains(scalar): return nil
        default: return (scalar, length)
        }
    }

    private static func isAllowed(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x85, 0xa0...0xd7ff, 0xe000...0xfffd, 0x10000...0x10ffff: true
        default: false
        }
    }

    private static func error(_ bytes: [UInt8], at index: Int, file: String) -> YAMLError {
        let source = SourceText(Array(bytes[..<index]))
        let column = source.line(source.lineCount, limitBytes: .max >> 1).unicodeScalars.count + 1
        let location = SourceLocation(file: file, line: source.lineCount, column: column)
        let byte = bytes[index]
        let digits = String(byte, radix: 16)
        let hex = "0x" + (digits.count == 1 ? "0" : "") + digits
        if byte == 0 {
            return YAMLError(
                .controlCharacter,
                "the file holds a NUL byte, which is not allowed in YAML",
                at: location,
                hint: "is it a text file?",
                wireMessage: "control characters are not allowed"
            )
        }
        if byte < 0x80 || decode(bytes.span, at: index) != nil {
            return YAMLError(
                .controlCharacter,
                byte < 0x80
                    ? "the control character \(hex) is not allowed in YAML"
                    : "a control character is not allowed in YAML",
                at: location,
                hint: byte == 0x1b ? "write it as `\\e` in a double-quoted text" : nil,
                wireMessage: "control characters are not allowed"
            )
        }
        return YAMLError(
            .encoding,
            "the byte \(hex) is not UTF-8",
            at: location,
            hint: "save the file as UTF-8",
            wireMessage: "invalid UTF-8"
        )
    }
}
