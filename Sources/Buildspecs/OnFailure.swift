// SPDX-License-Identifier: Apache-2.0

/// What follows when a phase fails (https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html).
package enum OnFailure: Sendable, Hashable, CustomStringConvertible {
    /// The build ends.
    case abort
    /// The next phase runs.
    case `continue`
    /// The whole build is tried again, up to `limit` times (0 to 100); only where the error matches `pattern`, if there is one.
    case retry(limit: Int, pattern: String?)

    /// How often `RETRY` without a number tries again.
    package static let defaultRetryLimit = 3
    /// The highest that a limit may be.
    package static let highestRetryLimit = 100

    /// Reads `ABORT`, `CONTINUE`, `RETRY`, `RETRY-n`, `RETRY-regex` or `RETRY-n-regex`, the keyword in any case.
    /// - Returns: nil for anything else, a count over `highestRetryLimit` among it.
    package init?(_ text: String) {
        let dash = text.firstIndex(of: "-") ?? text.endIndex
        switch (text[..<dash].uppercased(), dash == text.endIndex) {
        case ("ABORT", true): self = .abort
        case ("CONTINUE", true): self = .continue
        case ("RETRY", true): self = .retry(limit: Self.defaultRetryLimit, pattern: nil)
        case ("RETRY", false):
            let rest = text[text.index(after: dash)...]
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let tail = rest[digits.endIndex...]
            if digits.isEmpty || !(tail.isEmpty || tail.first == "-") {
                guard !rest.isEmpty else { return nil }
                self = .retry(limit: Self.defaultRetryLimit, pattern: String(rest))
            } else {
                guard let limit = Int(digits), limit <= Self.highestRetryLimit else { return nil }
                let pattern = tail.dropFirst()
                self = .retry(limit: limit, pattern: pattern.isEmpty ? nil : String(pattern))
            }
        default: return nil
        }
    }

    /// As a buildspec has it.
    package var description: String {
        switch self {
        case .abort: "ABORT"
        case .continue: "CONTINUE"
        case .retry(let limit, nil): "RETRY-\(limit)"
        case .retry(let limit, let pattern?): "RETRY-\(limit)-\(pattern)"
        }
    }
}
