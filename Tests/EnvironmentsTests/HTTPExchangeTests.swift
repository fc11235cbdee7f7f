// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Environments

@Suite("Following requests and responses")
struct HTTPExchangeTests {
    /// One conversation: what goes where, and how the connection stands afterwards.
    struct Conversation: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var request: String
        var response: String
        var isBetween = true
        var isToBeClosed = false
        var isOpaque = false
    }

    static let conversations = [
        Conversation(
            testDescription: "a body of a length",
            request: "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            response: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
        ),
        Conversation(
            testDescription: "a body that is not whole",
            request: "GET / HTTP/1.1\r\n\r\n",
            response: "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nhello",
            isBetween: false
        ),
        Conversation(
            testDescription: "chunks with extensions and trailers",
            request: "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n",
            response: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n"
        ),
        Conversation(
            testDescription: "chunks that are not whole",
            request: "GET / HTTP/1.1\r\n\r\n",
            response: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n",
            isBetween: false
        ),
        Conversation(
            testDescription: "a request that has begun",
            request: "GET / HTTP/1.1\r\n\r\nGET",
            response: "HTTP/1.1 204 No Content\r\n\r\n",
            isBetween: false
        ),
        Conversation(
            testDescription: "a request whose response is still to come",
            request: "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            response: "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n",
            isBetween: false
        ),
        Conversation(
            testDescription: "HEAD, and what is said before",
            request: "HEAD / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n",
            response: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
        ),
        Conversation(
            testDescription: "lines that end without a carriage return",
            request: "GET / HTTP/1.1\nContent-Length: 2\n\nab",
            response: "HTTP/1.1 200\nContent-Length: 0\n\n"
        ),
        Conversation(
            testDescription: "an answer to the end of the connection",
            request: "GET / HTTP/1.1\r\n\r\n",
            response: "HTTP/1.1 200 OK\r\n\r\nhello",
            isBetween: false,
            isToBeClosed: false,
            isOpaque: true
        ),
        Conversation(
            testDescription: "an end that was announced",
            request: "GET / HTTP/1.1\r\n\r\n",
            response: "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 1\r\n\r\na",
            isToBeClosed: true
        ),
        Conversation(
            testDescription: "HTTP/1.0",
            request: "GET / HTTP/1.0\r\n\r\n",
            response: "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na",
            isToBeClosed: true
        ),
        Conversation(
            testDescription: "another protocol",
            request: "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
            response: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nabc",
            isBetween: false,
            isOpaque: true
        ),
        Conversation(
            testDescription: "no HTTP/1 at all",
            request: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            response: "",
            isBetween: false,
            isOpaque: true
        ),
        Conversation(
            testDescription: "lengths that contradict each other",
            request: "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
            response: "",
            isBetween: false,
            isOpaque: true
        ),
        Conversation(
            testDescription: "an answer to nothing",
            request: "",
            response: "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n",
            isBetween: false,
            isOpaque: true
        ),
    ]

    @Test(
        "it is known whether a connection is between two requests, however the bytes are cut",
        arguments: conversations
    )
    func follows(_ conversation: Conversation) {
        for size in 1...80 {
            var exchange = HTTPExchange()
            for piece in Self.pieces(conversation.request, size) {
                unsafe piece.withUnsafeBytes { unsafe exchange.sent($0) }
            }
            for piece in Self.pieces(conversation.response, size) {
                unsafe piece.withUnsafeBytes { unsafe exchange.received($0) }
            }
            #expect(exchange.isBetweenRequests == conversation.isBetween, "pieces of \(size)")
            #expect(exchange.isOpaque == conversation.isOpaque, "pieces of \(size)")
            if conversation.isBetween {
                #expect(exchange.isToBeClosed == conversation.isToBeClosed, "pieces of \(size)")
            }
        }
    }

    @Test("anything can be fed to it")
    func survives() {
        var generator = SystemRandomNumberGenerator()
        let words = [
            "GET / HTTP/1.1", "HTTP/1.1 200 OK", "\r\n", "\n", ":", "Content-Length: 3", "chunked", "\0", "zz", "F",
        ]
        for _ in 0..<2_000 {
            var exchange = HTTPExchange()
            for _ in 0..<30 {
                let bytes = Array((words.randomElement(using: &generator) ?? "").utf8)
                unsafe bytes.withUnsafeBytes { bytes in
                    if Bool.random(using: &generator) {
                        unsafe exchange.sent(bytes)
                    } else {
                        unsafe exchange.received(bytes)
                    }
                }
            }
        }
    }

    private static func pieces(_ text: String, _ size: Int) -> [[UInt8]] {
        let bytes = Array(text.utf8)
        return stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }
}
