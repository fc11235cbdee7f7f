// SPDX-License-Identifier: Apache-2.0

/// Puts a prefix before every line of a stream of bytes, and hands on whole lines only.
///
/// So the logs of several builds can be shown as they come without mixing their lines.
struct PrefixedLines {
    /// A line longer than this, such as a progress bar's, is handed on in pieces.
    static let limit = 64 * 1024

    private let prefix: [UInt8]
    /// The start of a line whose end has not come.
    private var open: [UInt8] = []

    init(prefix: String) {
        self.prefix = Array(prefix.utf8)
    }

    /// Takes bytes.
    /// - Returns: the lines that are whole now, each with the prefix.
    mutating func take(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 4)
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            result += prefix
            result += open
            open.removeAll(keepingCapacity: true)
            result += rest[...end]
            rest = rest[(end + 1)...]
        }
        open += rest
        if open.count > Self.limit { result += finish() }
        return result
    }

    /// The last line, should it have no end.
    mutating func finish() -> [UInt8] {
        if open.isEmpty { return [] }
        defer { open.removeAll(keepingCapacity: true) }
        return prefix + open + [UInt8(ascii: "\n")]
    }
}
