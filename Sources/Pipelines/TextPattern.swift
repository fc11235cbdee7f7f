// SPDX-License-Identifier: Apache-2.0

/// A regular expression that a whole text matches or does not, in a time that is bounded by the length of both.
///
/// The pipeline's owner writes the pattern and a pusher may write the text (a commit's message), and the engine waits for the
/// answer. So nothing here tries one way after the other: all are followed at once (Thompson's construction), and what
/// cannot be had that way, lookaround, back references and possessive repetition, is refused. The syntax is that of
/// `java.util.regex`, as CodePipeline's: characters, `.`, classes, `\d \w \s` and their opposites, groups, `|`, `? * + {n,m}`
/// (lazy ones too), `^ $ \A \z \b \B`, and `(?i)` and `(?s)` in front.
package struct TextPattern: Sendable {
    /// Why a pattern cannot be used, or a text not be looked at.
    package struct Problem: Error, Sendable, Hashable {
        /// A clause for a person.
        package var message: String
    }

    /// One instruction of the machine that follows all ways.
    enum Step {
        case character(CharacterClass)
        case split(Int, Int)
        case jump(Int)
        case start
        case end
        case wordBoundary(isNegated: Bool)
        case match
    }

    private static let textLimit = 20_000

    private let steps: [Step]
    private let ignoresCase: Bool

    /// Reads a pattern.
    /// - Throws: a ``Problem`` for one that is none, or that cannot be had in bounded time.
    package init(_ pattern: String) throws(Problem) {
        var parser = try PatternParser(pattern)
        let node = try parser.parse()
        ignoresCase = parser.ignoresCase
        var steps: [Step] = []
        try node.emit(into: &steps)
        steps.append(.match)
        self.steps = steps
    }

    /// Whether the whole text matches.
    /// - Throws: a ``Problem`` for a text that is too long.
    package func matches(_ text: String) throws(Problem) -> Bool {
        let scalars = Array(text.unicodeScalars)
        guard scalars.count <= Self.textLimit else {
            throw Problem(message: "the text has \(scalars.count) characters, and \(Self.textLimit) are allowed.")
        }
        var current = Threads(count: steps.count)
        var next = Threads(count: steps.count)
        follow(0, at: 0, of: scalars, into: &current)
        for position in scalars.indices {
            if current.indexes.isEmpty { return false }
            next.clear()
            for index in current.indexes {
                guard case .character(let set) = steps[index], contains(set, scalars[position]) else { continue }
                follow(index + 1, at: position + 1, of: scalars, into: &next)
            }
            swap(&current, &next)
        }
        return current.indexes.contains { index in
            if case .match = steps[index] { true } else { false }
        }
    }

    private func contains(_ set: CharacterClass, _ scalar: Unicode.Scalar) -> Bool {
        if set.contains(scalar) { return true }
        guard ignoresCase else { return false }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars
        let upper = scalar.properties.uppercaseMapping.unicodeScalars
        return (lower.count == 1 && lower.first.map(set.contains) == true)
            || (upper.count == 1 && upper.first.map(set.contains) == true)
    }

    /// Adds all places that can be reached without a character.
    private func follow(_ start: Int, at position: Int, of text: [Unicode.Scalar], into threads: inout Threads) {
        var open = [start]
        while let index = open.popLast() {
            guard threads.visit(index) else { continue }
            switch steps[index] {
            case .split(let first, let second): open += [second, first]
            case .jump(let target): open.append(target)
            case .start: if position == 0 { open.append(index + 1) }
            case .end: if position == text.count { open.append(index + 1) }
            case .wordBoundary(let isNegated):
                let before = position > 0 && CharacterClass.word.contains(text[position - 1])
                let after = position < text.count && CharacterClass.word.contains(text[position])
                if (before != after) != isNegated { open.append(index + 1) }
            case .character, .match: threads.indexes.append(index)
            }
        }
    }

    /// The places in the pattern that are reached.
    private struct Threads {
        var indexes: [Int] = []
        private var marks: [Int]
        private var mark = 1

        init(count: Int) {
            marks = Array(repeating: 0, count: count)
        }

        mutating func clear() {
            indexes.removeAll(keepingCapacity: true)
            mark += 1
        }

        mutating func visit(_ index: Int) -> Bool {
            guard marks[index] != mark else { return false }
            marks[index] = mark
            return true
        }
    }
}
