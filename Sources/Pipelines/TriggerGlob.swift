// SPDX-License-Identifier: Apache-2.0

/// A pattern of a trigger's filter, for a whole branch, tag or path
/// (<https://docs.aws.amazon.com/codepipeline/latest/userguide/syntax-glob.html>).
///
/// `*` is any characters but `/`, `**` any at all, `**/` any folders, none included, `?` one character, `[a-z]` and `[!a]` one of
/// these or of all others, `{a,b}` one of these, `\` takes a character for itself.
///
/// All ways of a match are followed side by side, so that the time is at most that of the pattern's length times the text's.
package struct TriggerGlob: Sendable, Hashable {
    /// A step of the pattern.
    private enum Step: Sendable, Hashable {
        /// One character of these, or of all others; no other takes `/`.
        case oneOf([ClosedRange<Unicode.Scalar>], isNegated: Bool)
        /// Any one character, `/` only where that is said.
        case any(withSlash: Bool)
        /// Goes on at each of these.
        case split([Int])
    }

    private var steps: [Step] = []

    /// Reads a pattern; nil for one that is none.
    package init?(_ pattern: String) {
        do throws(Problem) { try self.init(reading: pattern) } catch { return nil }
    }

    /// What is wrong with a pattern, for the end of a sentence; nil when it is good.
    package static func problem(_ pattern: String) -> String? {
        do throws(Problem) { _ = try TriggerGlob(reading: pattern) } catch { return error.text }
        return nil
    }

    /// Whether a whole text matches; by its characters, small and capital letters apart.
    package func matches(_ text: String) -> Bool {
        var marks = Marks(count: steps.count + 1)
        var current: [Int] = []
        follow(0, &current, &marks)
        for scalar in text.unicodeScalars {
            if current.isEmpty { return false }
            marks.begin()
            var next: [Int] = []
            for position in current where position < steps.count && takes(steps[position], scalar) {
                follow(position + 1, &next, &marks)
            }
            current = next
        }
        return current.contains(steps.count)
    }

    // MARK: - Matching

    /// Which positions are there already in this round.
    private struct Marks {
        private var rounds: [Int]
        private var round = 1

        init(count: Int) {
            rounds = Array(repeating: 0, count: count)
        }

        mutating func begin() { round += 1 }

        mutating func insert(_ position: Int) -> Bool {
            if rounds[position] == round { return false }
            rounds[position] = round
            return true
        }
    }

    /// Adds a position with all that are reached from it without a character.
    private func follow(_ position: Int, _ positions: inout [Int], _ marks: inout Marks) {
        var waiting = [position]
        while let position = waiting.popLast() {
            guard marks.insert(position) else { continue }
            if position < steps.count, case .split(let targets) = steps[position] {
                waiting += targets.reversed()
            } else {
                positions.append(position)
            }
        }
    }

    private func takes(_ step: Step, _ scalar: Unicode.Scalar) -> Bool {
        switch step {
        case .any(let withSlash): withSlash || scalar != "/"
        case .oneOf(let ranges, let isNegated):
            ranges.contains { $0.contains(scalar) } != isNegated && !(isNegated && scalar == "/")
        case .split: false
        }
    }

    // MARK: - Reading

    private struct Problem: Error {
        let text: String
    }

    private init(reading pattern: String) throws(Problem) {
        let scalars = Array(pattern.unicodeScalars)
        var position = 0
        // Where the alternatives of the open brace begin, and where their ends jump from.
        var brace: (choice: Int, starts: [Int], ends: [Int])?
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            switch scalar {
            case "*":
                guard position < scalars.count, scalars[position] == "*" else {
                    addRun(withSlash: false)
                    continue
                }
                while position < scalars.count, scalars[position] == "*" { position += 1 }
                let start = scalars[..<position].lastIndex { $0 != "*" }
                let isAtStart = start.map { "/{,".unicodeScalars.contains(scalars[$0]) } ?? true
                if isAtStart, position < scalars.count, scalars[position] == "/" {
                    position += 1
                    addFolders()
                } else {
                    addRun(withSlash: true)
                }
            case "?": steps.append(.any(withSlash: false))
            case "[": steps.append(try Self.characterClass(scalars, &position))
            case "\\":
                guard position < scalars.count else { throw Problem(text: "it ends in `\\`, which escapes nothing") }
                add(scalars[position])
                position += 1
            case "{":
                if brace != nil { throw Problem(text: "braces cannot stand in braces") }
                brace = (steps.count, [steps.count + 1], [])
                steps.append(.split([]))
            case "," where brace != nil:
                brace?.ends.append(steps.count)
                steps.append(.split([]))
                brace?.starts.append(steps.count)
            case "}":
                guard let open = brace else { fallthrough }
                steps[open.choice] = .split(open.starts)
                for end in open.ends { steps[end] = .split([steps.count]) }
                brace = nil
            default: add(scalar)
            }
        }
        if brace != nil { throw Problem(text: "a `{` lacks its `}`") }
    }

    private mutating func add(_ scalar: Unicode.Scalar) {
        steps.append(.oneOf([scalar...scalar], isNegated: false))
    }

    /// Any number of characters.
    private mutating func addRun(withSlash: Bool) {
        let start = steps.count
        steps += [.split([start + 1, start + 3]), .any(withSlash: withSlash), .split([start])]
    }

    /// Any number of folders, each with its `/`.
    private mutating func addFolders() {
        let start = steps.count
        steps.append(.split([]))
        addRun(withSlash: true)
        add("/")
        steps[start] = .split([start + 1, steps.count])
    }

    private static func characterClass(_ scalars: [Unicode.Scalar], _ position: inout Int) throws(Problem) -> Step {
        let isNegated = position < scalars.count && (scalars[position] == "!" || scalars[position] == "^")
        if isNegated { position += 1 }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while position < scalars.count {
            if scalars[position] == "]", !ranges.isEmpty {
                position += 1
                return .oneOf(ranges, isNegated: isNegated)
            }
            let low = try classCharacter(scalars, &position)
            var high = low
            if position + 1 < scalars.count, scalars[position] == "-", scalars[position + 1] != "]" {
                position += 1
                high = try classCharacter(scalars, &position)
            }
            guard low <= high else { throw Problem(text: "a range in `[…]` goes backwards") }
            ranges.append(low...high)
        }
        throw Problem(text: "a `[` lacks its `]`")
    }

    private static func classCharacter(
        _ scalars: [Unicode.Scalar],
        _ position: inout Int
    ) throws(Problem) -> Unicode.Scalar {
        if scalars[position] == "\\" { position += 1 }
        guard position < scalars.count else { throw Problem(text: "a `[` lacks its `]`") }
        defer { position += 1 }
        return scalars[position]
    }
}
