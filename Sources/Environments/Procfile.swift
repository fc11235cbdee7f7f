// SPDX-License-Identifier: Apache-2.0

/// The processes of an application: lines `NAME: COMMAND`, as Elastic Beanstalk and foreman read them.
struct Procfile: Equatable {
    /// One process.
    struct Entry: Equatable {
        let name: String
        /// A line for `/bin/sh`.
        let command: String
    }

    /// In the order of the file; `web` is first.
    let entries: [Entry]

    /// Reads a file.
    /// - Throws: `LaunchProblem`, which names the line.
    init(_ text: String) throws(LaunchProblem) {
        var entries: [Entry] = []
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, raw) in lines.enumerated() {
            let line = Self.trimmed(raw)
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let colon = line.firstIndex(of: ":") else {
                throw LaunchProblem("Procfile:\(index + 1): there is no ':' between a process's name and its command")
            }
            let name = Self.trimmed(line[..<colon])
            let command = Self.trimmed(line[line.index(after: colon)...])
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte) else {
                throw LaunchProblem("Procfile:\(index + 1): '\(name)' is no name for a process")
            }
            if command.isEmpty { throw LaunchProblem("Procfile:\(index + 1): the process \(name) has no command") }
            if entries.contains(where: { $0.name == name }) {
                throw LaunchProblem("Procfile:\(index + 1): the process \(name) is there twice")
            }
            entries.append(Entry(name: String(name), command: String(command)))
        }
        guard let web = entries.firstIndex(where: { $0.name == "web" }) else {
            let names = entries.map(\.name).joined(separator: ", ")
            throw LaunchProblem("the Procfile has no process 'web'" + (names.isEmpty ? "" : ", only \(names)"))
        }
        entries.swapAt(0, web)
        self.entries = entries
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "-")
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        while text.last?.isWhitespace ?? false { text.removeLast() }
        return text
    }
}
