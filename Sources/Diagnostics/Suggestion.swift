// SPDX-License-Identifier: Apache-2.0

/// Near misses: the word that was probably meant.
package enum Suggestion {
    /// Longer words are not compared.
    private static let limitBytes = 40

    /// The candidate nearest to a misspelt word; nil where none is near enough to be a slip.
    ///
    /// Case, `-`, `_` and spaces count for nothing. The first of equally near candidates wins.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        guard !word.isEmpty, word.utf8.count <= limitBytes else { return nil }
        let folded = fold(word)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates where candidate.utf8.count <= limitBytes {
            let other = fold(candidate)
            let limit = min(best.map { $0.distance - 1 } ?? .max, max(1, min(folded.count, other.count) / 3))
            guard abs(folded.count - other.count) <= limit, let distance = distance(folded, other, limit: limit) else {
                continue
            }
            best = (candidate, distance)
            if distance == 0 { break }
        }
        return best?.candidate
    }

    /// `did you mean WORD?` for the nearest candidate, in back quotes; nil where there is none.
    package static func hint(for word: String, among candidates: some Sequence<String>) -> String? {
        nearest(to: word, among: candidates).map { "did you mean `\($0)`?" }
    }

    private static func fold(_ word: String) -> [UInt8] {
        let isASCII = word.utf8.allSatisfy { $0 < 0x80 }
        var result: [UInt8] = []
        result.reserveCapacity(limitBytes)
        for byte in (isASCII ? word : word.lowercased()).utf8 {
            switch byte {
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: " "): break
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): result.append(byte | 0x20)
            default: result.append(byte)
            }
        }
        return result
    }

    /// How many insertions, deletions, substitutions and swaps of neighbours lead from one to the other; nil for more than the limit.
    private static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int? {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let substitution = last[column] + (left[row] == right[column] ? 0 : 1)
                var cost = min(substitution, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            // A swap reaches over one row: two rows beyond the limit, and all that follow are.
            if row > 0, !last.contains(where: { $0 <= limit }), !current.contains(where: { $0 <= limit }) { return nil }
            beforeLast = last
            last = current
        }
        return last[right.count] <= limit ? last[right.count] : nil
    }
}
