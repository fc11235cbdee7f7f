// SPDX-License-Identifier: Apache-2.0

/// Follows the requests and responses of a connection, to know when it is between two requests: only then it can be moved
/// from one instance to another without anybody noticing.
struct HTTPExchange {
    /// What a response's end depends on in its request.
    private enum Method {
        case head
        case connect
        case other
    }

    private var request = HTTPFraming()
    private var response = HTTPFraming()
    /// The requests whose responses have not begun, oldest first.
    private var waiting: [Method] = []
    private var isAnswering = false
    private var closesAfterResponse = false
    private var lastRequestClosed = false

    /// Whether nothing is known of where messages begin and end: it is not HTTP/1, or has become something else.
    var isOpaque: Bool { request.isOpaque || response.isOpaque }

    /// Whether every request has its whole response, and none has begun.
    var isBetweenRequests: Bool { request.isBetween && hasNoResponseToCome }

    /// Whether no request has begun without being over.
    var isRequestOver: Bool { request.isBetween }

    /// Whether the instance is to close the connection after its last response, and the client knows.
    var isToBeClosed: Bool { closesAfterResponse }

    private var hasNoResponseToCome: Bool { waiting.isEmpty && !isAnswering && response.isBetween }

    /// Looks at bytes from the client.
    mutating func sent(_ bytes: UnsafeRawBufferPointer) {
        var position = 0
        while !isOpaque, let finding = unsafe request.next(bytes, &position) {
            guard case .head(let head) = finding else { continue }
            guard !head.isInvalid, let method = Self.method(head.firstLine) else { return becomeOpaque() }
            waiting.append(method)
            let isOld = head.firstLine.ends(with: "HTTP/1.0".utf8)
            lastRequestClosed = head.closes || (isOld && !head.keepsAlive)
            _ = request.begin(head.isChunked ? .chunked : .fixed(head.contentLength ?? 0))
        }
    }

    /// Looks at bytes from the instance.
    mutating func received(_ bytes: UnsafeRawBufferPointer) {
        var position = 0
        while !isOpaque, let finding = unsafe response.next(bytes, &position) {
            switch finding {
            case .head(let head): take(head)
            case .end: isAnswering = false
            }
        }
    }

    private mutating func take(_ head: HTTPFraming.Head) {
        guard let status = Self.status(head.firstLine), let method = waiting.first, !head.isInvalid else {
            return becomeOpaque()
        }
        // What is said before the response proper, such as 100 Continue.
        if (100..<200).contains(status), status != 101 {
            _ = response.begin(.none)
            return
        }
        waiting.removeFirst()
        isAnswering = true
        let isOld = head.firstLine.starts(with: "HTTP/1.0".utf8)
        closesAfterResponse = head.closes || (isOld && !head.keepsAlive) || (lastRequestClosed && waiting.isEmpty)
        let body: HTTPFraming.Body
        if status == 101 || (method == .connect && (200..<300).contains(status)) {
            return becomeOpaque()
        } else if method == .head || status == 204 || status == 304 {
            body = .none
        } else if head.isChunked {
            body = .chunked
        } else if let length = head.contentLength {
            body = .fixed(length)
        } else {
            body = .endless
        }
        if response.begin(body) { isAnswering = false }
    }

    private mutating func becomeOpaque() {
        request.becomeOpaque()
        response.becomeOpaque()
    }

    /// Nil: it is not the first line of an HTTP/1 request.
    private static func method(_ line: [UInt8]) -> Method? {
        let version = line.suffix(8)
        guard version.starts(with: "HTTP/1.".utf8), let space = line.firstIndex(of: UInt8(ascii: " ")) else {
            return nil
        }
        if line[..<space].elementsEqual("HEAD".utf8) { return .head }
        return line[..<space].elementsEqual("CONNECT".utf8) ? .connect : .other
    }

    /// Nil: it is not the first line of an HTTP/1 response.
    static func status(_ line: some Collection<UInt8>) -> Int? {
        guard line.starts(with: "HTTP/1.".utf8) else { return nil }
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard words.count > 1, words[1].count == 3 else { return nil }
        return Int(String(decoding: words[1], as: UTF8.self))
    }
}

extension Collection where Element == UInt8 {
    fileprivate func ends(with other: some Collection<UInt8>) -> Bool {
        suffix(other.count).elementsEqual(other)
    }
}
