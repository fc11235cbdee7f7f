// SPDX-License-Identifier: Apache-2.0

/// A part of a pattern.
indirect enum PatternNode {
    case character(CharacterClass)
    case sequence([PatternNode])
    case choice([PatternNode])
    /// `most` is nil for any number.
    case repetition(PatternNode, least: Int, most: Int?)
    case assertion(TextPattern.Step)

    /// How many steps a pattern may come to.
    private static let limit = 4000

    /// Appends the steps of the part.
    /// - Throws: that the pattern is too large.
    func emit(into steps: inout [TextPattern.Step]) throws(TextPattern.Problem) {
        guard steps.count < Self.limit else {
            throw TextPattern.Problem(message: "it is too large, with its repetitions written out.")
        }
        switch self {
        case .character(let set): steps.append(.character(set))
        case .assertion(let step): steps.append(step)
        case .sequence(let parts):
            for part in parts { try part.emit(into: &steps) }
        case .choice(let parts):
            var ends: [Int] = []
            for (index, part) in parts.enumerated() {
                guard index < parts.count - 1 else {
                    try part.emit(into: &steps)
                    break
                }
                let split = steps.count
                steps.append(.match)
                try part.emit(into: &steps)
                ends.append(steps.count)
                steps.append(.match)
                steps[split] = .split(split + 1, steps.count)
            }
            for end in ends { steps[end] = .jump(steps.count) }
        case .repetition(let part, let least, let most):
            for _ in 0..<least {
                let before = steps.count
                try part.emit(into: &steps)
                // Nothing, however often, is nothing: only what has steps runs into the limit.
                if steps.count == before { break }
            }
            guard let most else { return try emitLoop(part, into: &steps) }
            var splits: [Int] = []
            for _ in least..<max(least, most) {
                splits.append(steps.count)
                steps.append(.match)
                try part.emit(into: &steps)
            }
            for split in splits { steps[split] = .split(split + 1, steps.count) }
        }
    }

    private func emitLoop(_ part: PatternNode, into steps: inout [TextPattern.Step]) throws(TextPattern.Problem) {
        let split = steps.count
        steps.append(.match)
        try part.emit(into: &steps)
        steps.append(.jump(split))
        steps[split] = .split(split + 1, steps.count)
    }
}
