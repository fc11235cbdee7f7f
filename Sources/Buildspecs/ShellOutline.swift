// SPDX-License-Identifier: Apache-2.0

/// The simple commands of a shell script, and the syntax in it that only bash has.
///
/// Not a shell parser: it knows quotes, comments, substitutions and separators, stops at the first here-document, and where a
/// script is too clever it rather sees too little.
struct ShellOutline {
    /// The words of each simple command, quotes kept, without assignments before it.
    private(set) var commands: [[String]] = []
    /// The first syntax of bash: arrays, `<(…)`, `<<<`, `&>`, `${A:0:7}` and its like; nil where there is none.
    private(set) var bashSyntax: String?

    /// Words behind which another command starts.
    private static let openers: Set<String> = [
        "then", "do", "else", "elif", "if", "while", "until", "!", "{", "}", "time",
    ]

    private let bytes: [UInt8]
    private var index = 0
    private var word: [UInt8] = []
    private var hasWord = false
    private var words: [String] = []
    /// What is open: `"` or `(`.
    private var open: [UInt8] = []

    init(_ text: String) {
        // Longer scripts are looked at in part: lint is not to cost more than reading.
        bytes = Array(text.utf8.prefix(20_000))
        scan()
    }

    /// Whether two characters are next, or three.
    private func peek(_ first: Unicode.Scalar, _ second: Unicode.Scalar, _ third: Unicode.Scalar? = nil) -> Bool {
        guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: first), bytes[index + 1] == UInt8(ascii: second)
        else {
            return false
        }
        guard let third else { return true }
        return index + 2 < bytes.count && bytes[index + 2] == UInt8(ascii: third)
    }

    private mutating func scan() {
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\\") {
                take(2)
            } else if peek("$", "{") {
                scanExpansion()
            } else if open.last == UInt8(ascii: "\"") {
                scanQuoted(byte)
            } else if peek("<", "<"), !peek("<", "<", "<") {
                // The body of a here-document is data.
                break
            } else {
                scanPlain(byte)
            }
        }
        endCommand()
    }

    /// The `${` and the name of an expansion, with the first character behind them.
    private mutating func scanExpansion() {
        var end = index + 2
        var isIndirect = false
        if end < bytes.count, bytes[end] == UInt8(ascii: "!") {
            isIndirect = true
            end += 1
        }
        let nameStart = end
        while end < bytes.count, isNameByte(bytes[end]) { end += 1 }
        let next = end < bytes.count ? bytes[end] : 0
        let afterNext = end + 1 < bytes.count ? bytes[end + 1] : 0
        if end > nameStart {
            switch next {
            case _ where isIndirect: note("`${!…}`")
            case UInt8(ascii: ":") where isSubstringStart(afterNext): note("`${…:…}` for a part of a text")
            case UInt8(ascii: "/"): note("`${…/…}`")
            case UInt8(ascii: "^"), UInt8(ascii: ","): note("`${…^}` or `${…,}`")
            case UInt8(ascii: "["): note("`${…[…]}`")
            default: break
            }
        }
        take(end - index)
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "_"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
    }

    /// Whether a byte starts an offset, and not `:-`, `:=`, `:?` or `:+`.
    private func isSubstringStart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: " "), UInt8(ascii: "$"): true
        default: false
        }
    }

    private mutating func scanQuoted(_ byte: UInt8) {
        if byte == UInt8(ascii: "\"") {
            open.removeLast()
            take(1)
        } else if peek("$", "(") {
            open.append(UInt8(ascii: "("))
            take(2)
        } else {
            take(1)
        }
    }

    private mutating func scanPlain(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "'"):
            let end = bytes[(index + 1)...].firstIndex(of: byte) ?? bytes.count - 1
            take(end + 1 - index)
        case UInt8(ascii: "\""):
            open.append(byte)
            take(1)
        case UInt8(ascii: "#") where !hasWord:
            index = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        case UInt8(ascii: " "), UInt8(ascii: "\t"):
            endWord()
            index += 1
        case UInt8(ascii: "\n"), UInt8(ascii: ";"), UInt8(ascii: "|"):
            endCommand()
            index += 1
        case UInt8(ascii: "&"):
            if peek("&", ">"), index == 0 || bytes[index - 1] != UInt8(ascii: ">") { note("`&>`") }
            if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: ">") || isAfterRedirection {
                take(1)
            } else {
                endCommand()
                index += 1
            }
        case UInt8(ascii: "("):
            scanParenthesis()
        case UInt8(ascii: ")"):
            if open.last == UInt8(ascii: "(") {
                open.removeLast()
                take(1)
            } else {
                endCommand()
                index += 1
            }
        default:
            if peek("<", "<", "<") {
                note("`<<<`")
                take(3)
            } else if peek("<", "(") || peek(">", "(") {
                note("`<(…)`")
                open.append(UInt8(ascii: "("))
                take(2)
            } else if peek("$", "(") {
                open.append(UInt8(ascii: "("))
                take(2)
            } else {
                take(1)
            }
        }
    }

    /// A `(` that starts a subshell, a function's `()`, or an array.
    private mutating func scanParenthesis() {
        if let last = word.last, last == UInt8(ascii: "="), words.isEmpty || words.first == "export", open.isEmpty {
            note("an array")
            open.append(UInt8(ascii: "("))
            take(1)
        } else if hasWord || !open.isEmpty {
            open.append(UInt8(ascii: "("))
            take(1)
        } else {
            endCommand()
            index += 1
        }
    }

    private var isAfterRedirection: Bool {
        index > 0 && (bytes[index - 1] == UInt8(ascii: ">") || bytes[index - 1] == UInt8(ascii: "<"))
    }

    private mutating func note(_ syntax: String) {
        if bashSyntax == nil { bashSyntax = syntax }
    }

    private mutating func take(_ count: Int) {
        let end = min(index + count, bytes.count)
        word.append(contentsOf: bytes[index..<end])
        hasWord = true
        index = end
    }

    private mutating func endWord() {
        guard hasWord, open.isEmpty else { return }
        let text = String(decoding: word, as: UTF8.self)
        word = []
        hasWord = false
        if words.isEmpty, Self.openers.contains(text) || isAssignment(text) { return }
        words.append(text)
    }

    private mutating func endCommand() {
        guard open.isEmpty || index >= bytes.count else { return }
        if index >= bytes.count { open = [] }
        endWord()
        if !words.isEmpty { commands.append(words) }
        words = []
    }

    private func isAssignment(_ text: String) -> Bool {
        guard let sign = text.utf8.firstIndex(of: UInt8(ascii: "=")), sign != text.startIndex else { return false }
        return EnvironmentVariable.isName(String(text[..<sign]))
    }
}
