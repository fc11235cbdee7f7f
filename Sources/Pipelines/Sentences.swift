// SPDX-License-Identifier: Apache-2.0

/// Texts for people that are made of several sentences.
package enum Sentences {
    /// Makes one of them, parted by semicolons; only the last keeps its full stop.
    package static func joined(_ sentences: [String]) -> String {
        let inner = sentences.dropLast().map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }
        return (inner + sentences.suffix(1)).joined(separator: "; ")
    }
}
