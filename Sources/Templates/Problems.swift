// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// What is wrong with a file, collected.
struct Problems {
    /// More are counted, not kept.
    private static let limit = 200

    private var all: [Diagnostic] = []
    private var known: Set<Diagnostic> = []
    private var unkept = 0

    /// Whether further ones are only counted, so that there is no use in finding good words for them.
    var isFull: Bool { all.count >= Self.limit }

    mutating func add(_ problem: Diagnostic) {
        guard !isFull else {
            unkept += 1
            return
        }
        // A value can be looked at more than once, through aliases and references.
        if known.insert(problem).inserted { all.append(problem) }
    }

    mutating func error(_ message: String, at place: Node.Place, hint: String? = nil) {
        add(Diagnostic(.error, message, at: place.location, length: place.length, hint: hint))
    }

    mutating func warn(_ message: String, at place: Node.Place, hint: String? = nil) {
        add(Diagnostic(.warning, message, at: place.location, length: place.length, hint: hint))
    }

    /// All of them in the order of the file.
    func sorted() -> [Diagnostic] {
        let sorted = all.enumerated().sorted { left, right in
            left.element.location != right.element.location
                ? left.element.location < right.element.location : left.offset < right.offset
        }
        var result = sorted.map { $0.element }
        if unkept > 0, let last = result.last {
            result.append(
                Diagnostic(.error, "there are \(unkept) problems more, which are not shown", at: last.location)
            )
        }
        return result
    }
}
