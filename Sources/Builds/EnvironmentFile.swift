// SPDX-License-Identifier: Apache-2.0

/// Why a dotenv file cannot be read.
package struct EnvironmentFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `FILE:LINE: what is wrong`.
    package let description: String
}

/// Dotenv files: `NAME=value` lines with comments, quotes and an optional `export`.
///
/// Unquoted values end at ` #` and lose the spaces around them. In single quotes all stands for itself; in double quotes
/// `\n`, `\r`, `\t`, `\"`, `\\` and `\$` are replaced. Both may run over several lines. Nothing is expanded.
package enum EnvironmentFile {
    /// Reads the variables in their order.
    ///
    /// * `file`: the name for error messages.
    package static func read(_ bytes: [UInt8], file: String) throws(EnvironmentFileError) -> [EnvironmentVariable] {
        try readLines(bytes, file: file).map(\.variable)
    }

    /// Reads the variables in their order, each with its line, from 1.
    package static func readLines(
        _ bytes: [UInt8],
        file: String
    ) throws(EnvironmentFileError) -> [(variable: EnvironmentVariable, line: Int)] {
        var reader = Reader(
            bytes: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...],
            file: file
        )
        return try reader.read()
    }

    private struct Reader {
        var bytes: ArraySlice<UInt8>
        let file: String
        var line = 1

        mutating func read() throws(EnvironmentFileError) -> [(variable: EnvironmentVariable, line: Int)] {
            var result: [(variable: EnvironmentVariable, line: Int)] = []
            while true {
                skipBlanksAndComments()
                if bytes.isEmpty { return result }
                let start = line
                var name = takeName()
                if name == "export", bytes.first == 0x20 || bytes.first == 0x09 {
                    skipSpaces()
                    name = takeName()
                }
                skipSpaces()
                guard EnvironmentVariable.isValidName(name) else { throw problem("expected NAME=value") }
                guard bytes.popFirst() == UInt8(ascii: "=") else { throw problem("expected `=` after \(name)") }
                skipSpaces()
                result.append((EnvironmentVariable(name: name, value: try takeValue()), start))
            }
        }

        private mutating func takeName() -> String {
            let name = bytes.prefix { byte in
                byte == 95 || (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            }
            bytes = bytes[name.endIndex...]
            return String(decoding: name, as: UTF8.self)
        }

        private mutating func takeValue() throws(EnvironmentFileError) -> String {
            guard let quote = bytes.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
                return takePlainValue()
            }
            let start = line
            bytes.removeFirst()
            var value: [UInt8] = []
            while let byte = bytes.popFirst() {
                if byte == quote {
                    skipSpaces()
                    if let next = bytes.first, next != 0x0A, next != 0x0D, next != UInt8(ascii: "#") {
                        throw problem("there is text after the closing quote")
                    }
                    skipLine()
                    return String(decoding: value, as: UTF8.self)
                }
                if byte == 0x0A { line += 1 }
                if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\""), let next = bytes.first {
                    bytes.removeFirst()
                    switch next {
                    case UInt8(ascii: "n"): value.append(0x0A)
                    case UInt8(ascii: "r"): value.append(0x0D)
                    case UInt8(ascii: "t"): value.append(0x09)
                    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"): value.append(next)
                    default: value += [byte, next]
                    }
                } else {
                    value.append(byte)
                }
            }
            line = start
            throw problem("the quote is never closed")
        }

        private mutating func takePlainValue() -> String {
            var value: [UInt8] = []
            while let byte = bytes.first, byte != 0x0A {
                if byte == UInt8(ascii: "#"), value.last == 0x20 || value.last == 0x09 || value.isEmpty { break }
                value.append(byte)
                bytes.removeFirst()
            }
            skipLine()
            while let last = value.last, last == 0x20 || last == 0x09 || last == 0x0D { value.removeLast() }
            return String(decoding: value, as: UTF8.self)
        }

        private mutating func skipBlanksAndComments() {
            while let byte = bytes.first {
                if byte == UInt8(ascii: "#") {
                    skipLine()
                } else if byte == 0x0A || byte == 0x20 || byte == 0x09 || byte == 0x0D {
                    if byte == 0x0A { line += 1 }
                    bytes.removeFirst()
                } else {
                    return
                }
            }
        }

        private mutating func skipSpaces() {
            while bytes.first == 0x20 || bytes.first == 0x09 { bytes.removeFirst() }
        }

        private mutating func skipLine() {
            while let byte = bytes.popFirst() {
                if byte == 0x0A {
                    line += 1
                    return
                }
            }
        }

        private func problem(_ text: String) -> EnvironmentFileError {
            EnvironmentFileError(description: "\(file):\(line): \(text)")
        }
    }
}
