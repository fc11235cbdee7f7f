// SPDX-License-Identifier: Apache-2.0

/// Finds where the HTTP/1 messages of one direction of a connection begin and end (RFC 9112, §2 and §6), however the bytes
/// are cut.
///
/// It looks at nothing else; what it does not understand is `opaque` to the end of the connection.
struct HTTPFraming {
    /// What the head of a message says of where the message ends.
    struct Head: Equatable {
        /// The first line without its end.
        var firstLine: [UInt8] = []
        var contentLength: Int?
        var isChunked = false
        /// `Connection: close` or `keep-alive`.
        var closes = false
        var keepsAlive = false
        /// A field contradicts another, or itself.
        var isInvalid = false
    }

    /// What follows a head.
    enum Body: Equatable {
        case none
        case fixed(Int)
        case chunked
        /// Everything up to the end of the connection.
        case endless
    }

    /// What was found.
    enum Finding {
        /// A head is over; `begin` must be called.
        case head(Head)
        /// A message is over.
        case end
    }

    private enum State: Equatable {
        case between
        case head
        /// Waits for `begin`.
        case afterHead
        case fixed(Int)
        case chunkSize
        case chunkData(Int)
        case chunkEnd
        case trailer
        case opaque
    }

    private static let lineLimit = 65_536

    private var state = State.between
    private var current = Head()
    private var line: [UInt8] = []

    /// Whether no byte of a message has come since the last one ended.
    var isBetween: Bool { state == .between }
    var isOpaque: Bool { state == .opaque }

    mutating func becomeOpaque() {
        state = .opaque
        line = []
    }

    /// Says what follows the head that was found last.
    /// - Returns: whether the message is over with its head.
    mutating func begin(_ body: Body) -> Bool {
        switch body {
        case .none, .fixed(0): state = .between
        case .fixed(let count): state = .fixed(count)
        case .chunked: state = .chunkSize
        case .endless: becomeOpaque()
        }
        return state == .between
    }

    /// Goes on to the next finding, from `position`; nil: all bytes have been looked at.
    mutating func next(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Finding? {
        while position < bytes.count {
            switch state {
            case .opaque, .afterHead:
                position = bytes.count
            case .between:
                // Empty lines before a request are allowed.
                let byte = unsafe bytes[position]
                if byte == 13 || byte == 10 { position += 1 } else { startHead() }
            case .fixed(let count):
                let step = min(count, bytes.count - position)
                position += step
                state = step == count ? .between : .fixed(count - step)
                if step == count { return .end }
            case .chunkData(let count):
                let step = min(count, bytes.count - position)
                position += step
                state = step == count ? .chunkEnd : .chunkData(count - step)
            case .head, .chunkSize, .chunkEnd, .trailer:
                if unsafe readLine(bytes, &position), let finding = takeLine() { return finding }
            }
        }
        return nil
    }

    private mutating func startHead() {
        state = .head
        current = Head()
        line.removeAll(keepingCapacity: true)
    }

    /// - Returns: whether a whole line is in `line`, without its end.
    private mutating func readLine(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Bool {
        var end = position
        while end < bytes.count, unsafe bytes[end] != 10 { end += 1 }
        unsafe line.append(contentsOf: bytes[position..<end])
        position = end
        if line.count > Self.lineLimit { becomeOpaque() }
        if end == bytes.count { return false }
        position += 1
        if line.last == 13 { line.removeLast() }
        return state != .opaque
    }

    private mutating func takeLine() -> Finding? {
        defer { line.removeAll(keepingCapacity: state != .between) }
        switch state {
        case .head:
            if current.firstLine.isEmpty {
                current.firstLine = line
            } else if line.isEmpty {
                state = .afterHead
                return .head(current)
            } else {
                takeField()
            }
        case .chunkSize:
            let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
            guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size >= 0 else {
                becomeOpaque()
                return nil
            }
            state = size == 0 ? .trailer : .chunkData(size)
        case .chunkEnd:
            if line.isEmpty { state = .chunkSize } else { becomeOpaque() }
        case .trailer:
            if line.isEmpty {
                state = .between
                return .end
            }
        default: break
        }
        return nil
    }

    private mutating func takeField() {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        let name = line[..<colon]
        if Self.isEqual(name, "content-length") {
            let text = String(decoding: line[(colon + 1)...], as: UTF8.self)
            let length = text.split(separator: ",").map { Int(Self.trimmed($0)) }
            guard let first = length.first, let first, first >= 0, length.allSatisfy({ $0 == first }),
                current.contentLength ?? first == first
            else {
                current.isInvalid = true
                return
            }
            current.contentLength = first
        } else if Self.isEqual(name, "transfer-encoding") {
            // The last coding alone decides, and of a response also that there is one at all.
            let last = Self.words(line[(colon + 1)...]).last
            current.isChunked = last == "chunked"
            if last != "chunked" { current.isInvalid = true }
        } else if Self.isEqual(name, "connection") {
            let words = Self.words(line[(colon + 1)...])
            current.closes = current.closes || words.contains("close")
            current.keepsAlive = current.keepsAlive || words.contains("keep-alive")
        }
    }

    private static func words(_ bytes: ArraySlice<UInt8>) -> [String] {
        String(decoding: bytes, as: UTF8.self).lowercased().split(separator: ",").map { String(trimmed($0)) }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }

    private static func isEqual(_ bytes: ArraySlice<UInt8>, _ name: StaticString) -> Bool {
        let name = name.description.utf8
        return bytes.count == name.count && zip(bytes, name).allSatisfy { $0 | 0x20 == $1 | 0x20 }
    }
}
