// SPDX-License-Identifier: Apache-2.0

import Ciphers
import Testing

@Suite("Sealing")
struct SealingKeyTests {
    private let key = SealingKey.random()

    @Test("what was sealed opens again", arguments: [0, 1, 15, 16, 17, 65_536])
    func opens(count: Int) throws {
        let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let sealed = try key.seal(plain, for: "a")
        #expect(sealed.count == count + 29)
        #expect(try key.open(sealed, for: "a") == plain)
    }

    @Test("one text sealed twice gives different bytes")
    func differs() throws {
        #expect(try key.seal([1, 2, 3], for: "a") != key.seal([1, 2, 3], for: "a"))
    }

    @Test("a changed bit anywhere is noticed")
    func altered() throws {
        let sealed = try key.seal(Array("the secret".utf8), for: "a")
        for index in sealed.indices {
            var other = sealed
            other[index] ^= 1
            #expect(throws: CipherError.self) { try key.open(other, for: "a") }
        }
    }

    @Test("a piece is noticed", arguments: [0, 1, 28, 29, 38])
    func cut(count: Int) throws {
        let sealed = try key.seal(Array("the secret".utf8), for: "a")
        #expect(code { try key.open(Array(sealed.prefix(count)), for: "a") } == .notAuthentic)
    }

    @Test("another purpose or another key does not open it")
    func moved() throws {
        let sealed = try key.seal(Array("the secret".utf8), for: "a")
        #expect(code { try key.open(sealed, for: "b") } == .notAuthentic)
        #expect(code { try SealingKey.random().open(sealed, for: "a") } == .notAuthentic)
    }

    @Test("known bytes open: the form on disk stays as it is")
    func known() throws {
        let key = try #require(SealingKey(bytes: Array(0..<32)))
        // Computed with Python's `cryptography`: AESGCM(bytes(range(32))).encrypt(bytes(12), b"hello", b"\x01a").
        let content: [UInt8] = [
            102, 217, 217, 178, 218, 65, 105, 189, 163, 124, 157, 229, 92, 156, 210, 22, 239, 225, 86, 193, 84,
        ]
        #expect(try key.open([1] + Array(repeating: 0, count: 12) + content, for: "a") == Array("hello".utf8))
    }

    @Test("a key does not show in texts")
    func hidden() throws {
        let key = try #require(SealingKey(bytes: Array(repeating: 77, count: 32)))
        #expect("\(key) \(String(reflecting: key))" == "a key a key")
        #expect(SealingKey(bytes: []) == nil)
    }

    private func code(_ body: () throws -> [UInt8]) -> CipherError.Code? {
        do { _ = try body() } catch { return (error as? CipherError)?.code }
        return nil
    }
}
