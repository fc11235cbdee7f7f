// SPDX-License-Identifier: Apache-2.0

package import Terminals

/// What client and server say to each other: a byte for the kind, four for the length (big-endian), then as many bytes.
package enum DebugMessage: Sendable, Hashable {
    /// Client, first and once.
    case hello(DebugHello)
    /// Client: keys; server: what the shell shows.
    case data([UInt8])
    /// Client: the terminal has another size.
    case resize(TerminalSize)
    /// Client: no more keys will come.
    case endOfInput
    /// Server, last: the shell's exit status, or 0 when a wish has been fulfilled.
    case exit(Int32)
    /// Server, last: the shell was ended because the build goes on.
    case resumed
    /// Server: a line for the person that is not the shell's.
    case text(String)

    /// The most that a message of data or text carries.
    package static let dataLimit = 64 * 1024
    /// The most that a hello carries: more than Linux lets a program have as its environment.
    static let helloLimit = 8 * 1024 * 1024
    static let headLength = 5

    private enum Kind: UInt8 {
        case hello = 1
        case data = 2
        case resize = 3
        case endOfInput = 4
        case exit = 5
        case text = 6
        case resumed = 7
    }

    /// The message as it is sent.
    var encoded: [UInt8] {
        let (kind, payload): (Kind, [UInt8]) =
            switch self {
            case .hello(let hello): (.hello, hello.bytes)
            case .data(let bytes): (.data, bytes)
            case .resize(let size): (.resize, Self.bytes(of: size))
            case .endOfInput: (.endOfInput, [])
            case .exit(let status): (.exit, Self.bigEndian(UInt32(bitPattern: status)))
            case .resumed: (.resumed, [])
            case .text(let text): (.text, Array(text.utf8.prefix(Self.dataLimit)))
            }
        return [kind.rawValue] + Self.bigEndian(UInt32(payload.count)) + payload
    }

    /// How long the message is that begins with these bytes, head included; nil when they are too few to tell.
    /// - Throws: `DebugShellError` with `badMessage` for an unknown kind or a length beyond the kind's limit.
    static func length(of head: ArraySlice<UInt8>) throws(DebugShellError) -> Int? {
        guard let first = head.first else { return nil }
        guard let kind = Kind(rawValue: first) else {
            throw DebugShellError(.badMessage, "a message of the unknown kind \(first)")
        }
        guard head.count >= headLength else { return nil }
        let length = Int(number(head.dropFirst().prefix(4)))
        let limit =
            switch kind {
            case .hello: helloLimit
            case .data, .text: dataLimit
            case .resize, .exit: 4
            case .endOfInput, .resumed: 0
            }
        guard length <= limit else {
            throw DebugShellError(.badMessage, "a message of \(length) bytes, which is more than \(limit)")
        }
        return headLength + length
    }

    /// Reads one whole message.
    init(_ bytes: ArraySlice<UInt8>) throws(DebugShellError) {
        let payload = bytes.dropFirst(Self.headLength)
        switch bytes.first.flatMap({ Kind(rawValue: $0) }) {
        case .hello:
            guard let hello = DebugHello(bytes: payload) else {
                throw DebugShellError(.badMessage, "a greeting that cannot be read; the two ends differ in version")
            }
            self = .hello(hello)
        case .data: self = .data(Array(payload))
        case .resize where payload.count == 4: self = .resize(Self.size(of: payload))
        case .endOfInput: self = .endOfInput
        case .exit where payload.count == 4: self = .exit(Int32(bitPattern: Self.number(payload)))
        case .resumed: self = .resumed
        case .text: self = .text(String(decoding: payload, as: UTF8.self))
        default: throw DebugShellError(.badMessage, "a message that cannot be read")
        }
    }

    // MARK: - Numbers

    static func bytes(of size: TerminalSize) -> [UInt8] {
        bigEndian(UInt32(size.rows) << 16 | UInt32(size.columns))
    }

    static func size(of bytes: ArraySlice<UInt8>) -> TerminalSize {
        let both = number(bytes)
        return TerminalSize(rows: UInt16(both >> 16), columns: UInt16(truncatingIfNeeded: both))
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}
