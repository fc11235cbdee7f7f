// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import YAML

/// Any bytes are read as YAML, or refused with a place in them.
struct YAMLTarget: FuzzTarget {
    let name = "yaml"
    let seeds = [
        "a: 1\nb: [x, 'y', \"z\\n\"]\nc:\n  - d\n  - e: |\n      text\n      more\nf: >-\n  folded\n  text\n",
        "base: &b {k: v, l: [1, 2]}\nuse: *b\nall:\n  <<: *b\n  k: w\n? [complex]\n: !tag value\n",
        "%YAML 1.1\n%TAG ! tag:x,2000:\n---\n- !!str 1\n- ~\n- # nothing\n- \"\\u00e9\\x41\"\n...\n",
        "{\"a\": [true, null, 1.5e3]}",
    ].map { Array($0.utf8) }
    let words = [
        ": ", "- ", "? ", "&a ", "*a", "!!str ", "!x ", "|", "|2-", ">", "%TAG ! x\n", "---\n", "...\n", "<<: *a", "[",
        "]",
        "{", "}", "#", "\u{85}", "\u{2028}", "\\\n", "\"\\U00110000\"", "'", "@", "`",
    ]

    func check(_ input: [UInt8]) throws {
        let places = PlaceCheck(input)
        let document: YAMLDocument
        do throws(YAMLError) {
            document = try YAMLReader.read(input, file: "f")
        } catch {
            return try places.check([error.diagnostic])
        }
        guard let root = document.root else { return }
        var open = [root]
        var count = 0
        while let node = open.popLast(), count < 2_000 {
            count += 1
            try places.check(node.location, "a node")
            switch node.content {
            case .scalar(let scalar): if count < 20 { try checkQuoted(scalar.text) }
            case .sequence(let items): open += items
            case .mapping(let entries): open += entries.flatMap { [$0.key, $0.value] }
            }
        }
    }

    /// What is read can be written as a quoted text that reads as the same.
    private func checkQuoted(_ text: String) throws {
        // Line ends fold, and what is escaped may be a character that cannot stand for itself.
        guard text.unicodeScalars.allSatisfy({ (0x20..<0x7F).contains($0.value) || (0xA0..<0x2028).contains($0.value) })
        else { return }
        let quoted = Array("- \(YAMLScalar.singleQuoted(text))".utf8)
        let again = try? YAMLReader.read(quoted, file: "f")
        guard case .sequence(let items)? = again?.root?.content, let scalar = items.first?.scalar else {
            throw FuzzFailure("\(text.debugDescription) in quotes is not read")
        }
        try FuzzFailure.unless(
            scalar.text.utf8.elementsEqual(text.utf8),
            "\(text.debugDescription) in quotes is \(scalar.text.debugDescription)"
        )
    }
}
