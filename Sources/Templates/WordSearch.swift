// SPDX-License-Identifier: Apache-2.0

/// Looks for words in the bytes of a file, before anybody reads it.
package enum WordSearch {
    /// Whether one of the words, none of them empty, stands anywhere in the bytes.
    package static func finds(anyOf words: [String], in bytes: [UInt8]) -> Bool {
        words.contains { finds(Array($0.utf8), in: bytes.span) }
    }

    private static func finds(_ word: [UInt8], in bytes: Span<UInt8>) -> Bool {
        guard word.count <= bytes.count else { return false }
        for start in 0...(bytes.count - word.count) where bytes[start] == word[0] {
            var length = 1
            while length < word.count, bytes[start + length] == word[length] { length += 1 }
            if length == word.count { return true }
        }
        return false
    }
}
