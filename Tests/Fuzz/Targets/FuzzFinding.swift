// SPDX-License-Identifier: Apache-2.0

/// An input for which something does not hold, as small as it could be made.
package struct FuzzFinding: Error, CustomStringConvertible {
    let target: String
    let seed: UInt64?
    let input: [UInt8]
    let failure: any Error

    /// What failed, the input, and how to see it again.
    package var description: String {
        let again = seed.map { "; again: NACRE_FUZZ_TARGET=\(target) NACRE_FUZZ_SEED=\($0)" } ?? ""
        return "\(target): \(failure)\ninput of \(input.count) bytes: \(shown)\(again)"
    }

    /// The input as a literal of Swift; of a long one the first part.
    private var shown: String {
        var result = "\""
        for scalar in String(decoding: input.prefix(2_000), as: UTF8.self).unicodeScalars {
            result += scalar == "\u{FFFD}" ? "\\u{FFFD}" : scalar.escaped(asASCII: true)
        }
        result += "\""
        if String(validating: input, as: UTF8.self) == nil { result += " = \(input.prefix(500))" }
        return result
    }
}
