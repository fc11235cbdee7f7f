// SPDX-License-Identifier: Apache-2.0

/// Tries one way after the other, as nobody should: what real matchers are compared with.
enum NaiveMatcher {
    /// A piece of a pattern.
    enum Piece {
        /// One character for which this holds.
        case one((Unicode.Scalar) -> Bool)
        /// Any number of characters for which this holds.
        case many((Unicode.Scalar) -> Bool)
        /// Nothing, or anything that ends in a slash.
        case folders
        /// One of these.
        case choice([[Piece]])
    }

    static let limitLength = 400

    /// Whether a whole text matches; nil where that takes too many steps to find out.
    static func matches(_ pieces: [Piece], _ text: String) -> Bool? {
        // Each step is a call in a call.
        guard pieces.count + text.unicodeScalars.count <= limitLength else { return nil }
        var steps = 20_000
        let result = matches(pieces[...], Array(text.unicodeScalars)[...], &steps)
        return steps > 0 ? result : nil
    }

    private static func matches(
        _ pieces: ArraySlice<Piece>,
        _ text: ArraySlice<Unicode.Scalar>,
        _ steps: inout Int
    ) -> Bool {
        steps -= 1
        if steps <= 0 { return false }
        guard let piece = pieces.first else { return text.isEmpty }
        let rest = pieces.dropFirst()
        switch piece {
        case .one(let holds):
            guard let scalar = text.first, holds(scalar) else { return false }
            return matches(rest, text.dropFirst(), &steps)
        case .many(let holds):
            if matches(rest, text, &steps) { return true }
            guard let scalar = text.first, holds(scalar) else { return false }
            return matches(pieces, text.dropFirst(), &steps)
        case .folders:
            if matches(rest, text, &steps) { return true }
            for index in text.indices where text[index] == "/" {
                if matches(rest, text[(index + 1)...], &steps) { return true }
            }
            return false
        case .choice(let choices):
            return choices.contains { matches($0[...] + rest, text, &steps) }
        }
    }
}
