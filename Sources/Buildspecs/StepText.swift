// SPDX-License-Identifier: Apache-2.0

/// A text of a GitHub Actions step, with the expressions in it.
///
/// Source: "Contexts reference", GitHub Actions documentation; of the contexts there are `env` and `steps` here, as the others
/// tell of GitHub.
package struct StepText: Sendable, Hashable {
    /// What an expression stands for.
    package enum Reference: Sendable, Hashable {
        /// `env.NAME`.
        case variable(String)
        /// `steps.ID.outputs.NAME`.
        case output(step: String, name: String)
        /// `steps.ID.outcome`: how the step ended.
        case outcome(step: String)
        /// `steps.ID.conclusion`: the same after `continue-on-error`.
        case conclusion(step: String)
    }

    /// A stretch of the text.
    package enum Piece: Sendable, Hashable {
        case text(String)
        case reference(Reference)
    }

    /// An expression that Nacre does not know, as written.
    package struct Unsupported: Error, Sendable, Hashable {
        package let expression: String
    }

    /// In order.
    package let pieces: [Piece]

    /// Reads a text.
    package init(_ text: String) throws(Unsupported) {
        var pieces: [Piece] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "${{") {
            guard let end = rest[start.upperBound...].firstRange(of: "}}") else { break }
            let expression = Self.trimmed(rest[start.upperBound..<end.lowerBound])
            guard let reference = Self.reference(expression) else {
                throw Unsupported(expression: String(expression))
            }
            if start.lowerBound > rest.startIndex { pieces.append(.text(String(rest[..<start.lowerBound]))) }
            pieces.append(.reference(reference))
            rest = rest[end.upperBound...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        self.pieces = pieces
    }

    /// Whether a variable of the environment is in it.
    package var readsVariables: Bool {
        pieces.contains { if case .reference(.variable) = $0 { true } else { false } }
    }

    /// The text with every expression replaced.
    package func resolved(_ value: (Reference) -> String) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .reference(let reference): value(reference)
            }
        }.joined()
    }

    /// Without blanks at both ends.
    static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return start }
        return start[...last]
    }

    private static func reference(_ expression: Substring) -> Reference? {
        let names = expression.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard names.allSatisfy({ name in !name.isEmpty && name.allSatisfy { isWord($0) } }) else { return nil }
        return switch (names.count, names.first) {
        case (2, "env"): .variable(names[1])
        case (4, "steps") where names[2] == "outputs": .output(step: names[1], name: names[3])
        case (3, "steps") where names[2] == "outcome": .outcome(step: names[1])
        case (3, "steps") where names[2] == "conclusion": .conclusion(step: names[1])
        default: nil
        }
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_" || character == "-")
    }
}
