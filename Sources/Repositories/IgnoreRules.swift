// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Git
internal import Glibc

/// What git ignores in a working tree, by gitignore(5).
///
/// Libgit2 forgets an exception whose rule stands in another file (see `GitRepository.status`). Where there may be such ones,
/// this decides instead.
struct IgnoreRules {
    /// One line of a file.
    private struct Rule {
        let pattern: GlobPattern
        let isException: Bool
        let isForDirectories: Bool
        /// Whether the pattern is for the path from the file's directory on, not for the last name alone.
        let isAnchored: Bool
    }

    /// No such file that a person wrote is larger.
    private static let limitBytes = 4 << 20

    /// The top of the working tree.
    private let top: String
    /// The rules that hold everywhere, the file that counts more first.
    private let general: [[Rule]]
    /// By directory, relative to the top.
    private var files: [String: [Rule]] = [:]
    /// By directory, relative to the top: whether it is ignored by itself.
    private var verdicts: [String: Bool] = [:]

    init(of repository: GitRepository) throws(GitError) {
        top = repository.workingDirectory ?? ""
        general = try repository.excludeFiles().map(Self.read)
    }

    /// Whether libgit2 may have forgotten an exception; `directories`, relative to the top, may have a `.gitignore`.
    mutating func hasExceptions(in directories: some Sequence<String>) -> Bool {
        var files = directories.map { rules(in: $0) } + general
        files.removeAll(where: \.isEmpty)
        // With one file only, each exception stands beside its rule.
        return files.count > 1 && files.contains { $0.contains(where: \.isException) }
    }

    /// Whether a path, relative to the top, is ignored, by itself or because a directory above it is.
    mutating func ignores(_ path: String, isDirectory: Bool) -> Bool {
        let parts = path.split(separator: "/").map(String.init)
        for depth in 1..<max(1, parts.count) where ignoresDirectory(Array(parts[..<depth])) { return true }
        return isDirectory ? ignoresDirectory(parts) : verdict(parts, isDirectory: false)
    }

    private mutating func ignoresDirectory(_ parts: [String]) -> Bool {
        let path = parts.joined(separator: "/")
        if let known = verdicts[path] { return known }
        let result = verdict(parts, isDirectory: true)
        verdicts[path] = result
        return result
    }

    /// What the rules say of a path itself: the deepest file counts, and in it the last rule.
    private mutating func verdict(_ parts: [String], isDirectory: Bool) -> Bool {
        guard let name = parts.last else { return false }
        func decide(_ rules: [Rule], _ path: String) -> Bool? {
            let rule = rules.last { rule in
                (isDirectory || !rule.isForDirectories) && rule.pattern.matches(rule.isAnchored ? path : name)
            }
            return rule.map { !$0.isException }
        }
        for depth in (0..<parts.count).reversed() {
            let rules = rules(in: parts[..<depth].joined(separator: "/"))
            if let result = decide(rules, parts[depth...].joined(separator: "/")) { return result }
        }
        let path = parts.joined(separator: "/")
        for rules in general {
            if let result = decide(rules, path) { return result }
        }
        return false
    }

    private mutating func rules(in directory: String) -> [Rule] {
        if let known = files[directory] { return known }
        let rules = Self.read(directory.isEmpty ? "\(top)/.gitignore" : "\(top)/\(directory)/.gitignore")
        files[directory] = rules
        return rules
    }

    private static func read(_ path: String) -> [Rule] {
        guard let file = try? Descriptor.open(path, O_RDONLY | O_NONBLOCK),
            let bytes = try? file.readToEnd(limit: limitBytes)
        else { return [] }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        return text.split(separator: UInt8(ascii: "\n")).compactMap(rule)
    }

    private static func rule(_ line: ArraySlice<UInt8>) -> Rule? {
        var text = Array(line)
        if text.last == UInt8(ascii: "\r") { text.removeLast() }
        // Spaces at the end do not count, unless they are escaped.
        while text.last == UInt8(ascii: " "), text.dropLast().last != UInt8(ascii: "\\") { text.removeLast() }
        guard let first = text.first, first != UInt8(ascii: "#") else { return nil }
        let isException = first == UInt8(ascii: "!")
        if isException { text.removeFirst() }
        let isForDirectories = text.last == UInt8(ascii: "/")
        if isForDirectories { text.removeLast() }
        let isAnchored = text.contains(UInt8(ascii: "/"))
        if text.first == UInt8(ascii: "/") { text.removeFirst() }
        guard !text.isEmpty else { return nil }
        return Rule(
            pattern: GlobPattern(String(decoding: text, as: UTF8.self)),
            isException: isException,
            isForDirectories: isForDirectories,
            isAnchored: isAnchored
        )
    }
}
