// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// What is wrong with a file, collected.
struct Problems {
    /// More errors than this, and more warnings, are counted, not kept.
    private static let limit = 200

    private var errors: [Diagnostic] = []
    private var warnings: [Diagnostic] = []
    private var known: Set<Diagnostic> = []
    private var unkept = 0

    /// Whether further ones are only counted, so that there is no use in finding good words for them.
    func isFull(of severity: Diagnostic.Severity = .error) -> Bool {
        (severity == .error ? errors : warnings).count >= Self.limit
    }

    mutating func add(_ problem: Diagnostic) {
        guard !isFull(of: problem.severity) else {
            unkept += 1
            return
        }
        // A value can be looked at more than once, through aliases and references.
        guard known.insert(problem).inserted else { return }
        if problem.severity == .error { errors.append(problem) } else { warnings.append(problem) }
    }

    mutating func error(_ message: String, at place: Node.Place, hint: String? = nil) {
        add(Diagnostic(.error, message, at: place.location, length: place.length, hint: hint))
    }

    mutating func warn(_ message: String, at place: Node.Place, hint: String? = nil) {
        add(Diagnostic(.warning, message, at: place.location, length: place.length, hint: hint))
    }

    /// All of them in the order of the file.
    func sorted() -> [Diagnostic] {
        let sorted = (errors + warnings).enumerated().sorted { left, right in
            left.element.location != right.element.location
                ? left.element.location < right.element.location : left.offset < right.offset
        }
        var result = sorted.map { $0.element }
        if unkept > 0, let last = result.last {
            // Where one of them is an error, there are others that are shown.
            let message = "there are \(unkept) problems more, which are not shown"
            result.append(Diagnostic(.warning, message, at: last.location))
        }
        return result
    }
}
