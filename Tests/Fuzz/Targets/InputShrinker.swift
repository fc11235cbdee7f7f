// SPDX-License-Identifier: Apache-2.0

/// Makes an input that fails smaller as long as it fails: pieces are left out, then bytes are made plain.
struct InputShrinker {
    /// Enough for what a person wants to look at.
    private static let limitTries = 3_000

    let fails: ([UInt8]) -> Bool

    func shrink(_ input: [UInt8]) -> [UInt8] {
        var best = input
        var tries = 0
        func attempt(_ candidate: [UInt8]) -> Bool {
            guard tries < Self.limitTries else { return false }
            tries += 1
            guard fails(candidate) else { return false }
            best = candidate
            return true
        }
        var size = max(1, best.count / 2)
        while true {
            var start = 0
            var isSmaller = false
            while start < best.count {
                var candidate = best
                candidate.removeSubrange(start..<min(best.count, start + size))
                if attempt(candidate) { isSmaller = true } else { start += size }
            }
            if size == 1, !isSmaller || tries >= Self.limitTries { break }
            size = max(1, size / 2)
        }
        for index in best.indices where best[index] != UInt8(ascii: "a") {
            var candidate = best
            candidate[index] = UInt8(ascii: "a")
            _ = attempt(candidate)
        }
        return best
    }
}
