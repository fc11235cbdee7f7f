// SPDX-License-Identifier: Apache-2.0

/// Guesses what a mistyped word was meant to be.
enum Spelling {
    /// The word that is nearest to `word`, if near enough to be worth a question.
    static func nearest(to word: String, among words: [String]) -> String? {
        // A hostile word costs no more than a long one.
        let typed = Array(word.lowercased().unicodeScalars.prefix(64))
        var best: (word: String, distance: Int)?
        for candidate in words {
            let letters = Array(candidate.unicodeScalars)
            // Half-typed words are near, too.
            let isBeginning = typed.count >= 3 && letters.starts(with: typed)
            let distance = isBeginning ? 1 : distance(typed, letters)
            let limit = max(1, min(typed.count, letters.count) / 3)
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// The fewest insertions, removals, replacements and swaps of neighbours that make one from the other (optimal string
    /// alignment).
    static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var line = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(last[column] + (letter == other ? 0 : 1), last[column + 1] + 1, line[column] + 1)
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                line.append(best)
            }
            beforeLast = last
            last = line
        }
        return last[right.count]
    }
}
