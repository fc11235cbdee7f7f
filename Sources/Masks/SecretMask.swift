// SPDX-License-Identifier: Apache-2.0

/// Replaces secret values in a stream of bytes, each by `***`, wherever the stream is cut into chunks.
///
/// What is looked for: see `SecretSpellings`. All occurrences are found; those that overlap become one `***`, so that no
/// part of one shows because another was there first.
///
/// A copy goes on by itself from where the original is. The tables are shared; they are bounded by some 20 bytes for each
/// byte of each spelling.
package struct SecretMask: Sendable {
    /// The fewest bytes of a value that is hidden, surrounding white space left out; the same for each line of a value, and
    /// for each spelling.
    package static let shortestValue = 4
    /// The most bytes: as many as Linux allows for one environment variable (`MAX_ARG_STRLEN`, execve(2)).
    package static let longestValue = 131_072
    /// Words that every log is full of, in any case: hiding them would hide the log and tell nothing less.
    package static let commonValues: Set<String> = ["true", "false", "null", "none", "undefined"]
    /// What stands for a secret.
    package static let replacement = "***"

    private static let stars = Array(replacement.utf8)

    /// The secrets that are not looked for, in the order given.
    ///
    /// Empty values have nothing to hide and are not among them.
    package let refused: [RefusedSecret]

    private let automaton: PatternAutomaton?
    private var node = PatternAutomaton.root
    /// The end of the stream that may be the beginning of a secret and has not been given to the sink.
    private var held: [UInt8] = []
    /// How many of those have been given after all.
    private var heldStart = 0
    /// Secrets in what is held, counted from its end: every number is negative or 0.
    private var places: [Range<Int>] = []

    /// Prepares to hide values and their spellings.
    package init(hiding secrets: [NamedSecret]) {
        var refused: [RefusedSecret] = []
        var patterns: [[UInt8]] = []
        for secret in secrets {
            let value = SecretSpellings.trimmed(secret.value[...])
            if value.isEmpty { continue }
            if let reason = Self.refusal(of: value) {
                refused.append(RefusedSecret(name: secret.name, reason: reason))
            } else {
                patterns += SecretSpellings(of: Array(value)).all
            }
        }
        self.refused = refused
        automaton = patterns.isEmpty ? nil : PatternAutomaton(patterns: patterns)
    }

    /// Whether there is nothing to hide, and the mask need not be used.
    package var isEmpty: Bool { automaton == nil }

    /// Whether something is held back.
    package var isHolding: Bool { heldStart < held.count }

    /// Gives a chunk of the stream to a sink in pieces, secrets replaced.
    ///
    /// The end of the chunk is held back as far as it is the beginning of a secret, until more comes or `flush`.
    ///
    /// * `chunk`: the pieces are parts of it, not copies; one piece when there is nothing to hide.
    /// * `sink`: a piece is valid only during the call. An error that it throws ends the stream.
    package mutating func mask<Failure: Error>(
        _ chunk: borrowing Span<UInt8>,
        into sink: (borrowing Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        guard let automaton else { return try sink(chunk) }
        automaton.scan(chunk, node: &node, places: &places)
        // A secret that is still to come begins here at the earliest.
        let open = chunk.count - automaton.depth(of: node)
        var given = heldStart - held.count
        var settled = 0
        for place in places {
            if place.lowerBound > open { break }
            settled += 1
            // It may go on from one that has been replaced.
            let continues = place.lowerBound < given
            try give(given..<max(given, place.lowerBound), of: chunk, to: sink)
            if !continues { try sink(Self.stars.span) }
            given = max(given, place.upperBound)
        }
        places.removeFirst(settled)
        try give(given..<max(given, open), of: chunk, to: sink)
        given = max(given, open)
        hold(from: given, of: chunk)
    }

    /// Gives the sink what was held back; to be called where the stream ends or pauses.
    ///
    /// * `sink`: as for `mask(_:into:)`.
    package mutating func flush<Failure: Error>(
        into sink: (borrowing Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let given = try giveHeldPlaces(to: sink)
        try give(given..<0, of: Span<UInt8>(), to: sink)
        reset()
    }

    /// Gives the sink `***` for what was held back; to be called where others are shown the stream as far as it has come, and
    /// the rest of the secret may still follow.
    ///
    /// What is shorter than any secret is given as it is. Where the secret's rest does come, nothing of that is given.
    ///
    /// * `sink`: as for `mask(_:into:)`.
    package mutating func conceal<Failure: Error>(
        into sink: (borrowing Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let given = try giveHeldPlaces(to: sink)
        if -given >= Self.shortestValue {
            try sink(Self.stars.span)
        } else {
            try give(given..<0, of: Span<UInt8>(), to: sink)
        }
        held = []
        heldStart = 0
        places = []
    }

    /// Gives what was held back as far as the last secret in it reaches.
    /// - Returns: where the rest begins, counted from the end.
    private func giveHeldPlaces<Failure: Error>(
        to sink: (borrowing Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> Int {
        var given = heldStart - held.count
        for place in places {
            let continues = place.lowerBound < given
            try give(given..<max(given, place.lowerBound), of: Span<UInt8>(), to: sink)
            if !continues { try sink(Self.stars.span) }
            given = max(given, place.upperBound)
        }
        return given
    }

    /// A text of its own, not part of the stream, with secrets replaced.
    package func masked(_ text: String) -> String {
        if isEmpty { return text }
        var mask = self
        mask.reset()
        var result: [UInt8] = []
        let add: (borrowing Span<UInt8>) -> Void = { piece in
            for index in 0..<piece.count { result.append(piece[index]) }
        }
        mask.mask(Array(text.utf8).span, into: add)
        mask.flush(into: add)
        return String(decoding: result, as: UTF8.self)
    }

    private static func refusal(of value: ArraySlice<UInt8>) -> RefusedSecret.Reason? {
        if value.count < shortestValue {
            return .tooShort(characters: String(decoding: value, as: UTF8.self).count)
        }
        if value.count > longestValue { return .tooLong(bytes: value.count) }
        return SecretSpellings.isCommon(value) ? .common : nil
    }

    private mutating func reset() {
        node = PatternAutomaton.root
        held = []
        heldStart = 0
        places = []
    }

    /// Gives a part of what is held followed by the chunk; positions are counted from the chunk's beginning.
    private func give<Failure: Error>(
        _ range: Range<Int>,
        of chunk: borrowing Span<UInt8>,
        to sink: (borrowing Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        if range.lowerBound < 0, !range.isEmpty {
            let end = min(range.upperBound, 0)
            try sink(held.span.extracting((range.lowerBound + held.count)..<(end + held.count)))
        }
        let rest = max(range.lowerBound, 0)..<max(range.upperBound, 0)
        if !rest.isEmpty { try sink(chunk.extracting(rest)) }
    }

    /// Keeps what follows a position of the chunk, and counts from the chunk's end from now on.
    private mutating func hold(from given: Int, of chunk: borrowing Span<UInt8>) {
        heldStart = held.count + min(given, 0)
        // Seldom enough that the moves cost less than the bytes.
        if heldStart > held.count / 2 {
            held.removeFirst(heldStart)
            heldStart = 0
        }
        for index in max(given, 0)..<chunk.count { held.append(chunk[index]) }
        for index in places.indices {
            places[index] = (places[index].lowerBound - chunk.count)..<(places[index].upperBound - chunk.count)
        }
    }
}
