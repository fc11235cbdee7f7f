// SPDX-License-Identifier: Apache-2.0

import Git
import Repositories
import Testing

@Suite("Hook requests")
struct HookRequestTests {
    private static let id = "0123456789abcdef0123456789abcdef01234567"
    private static let zero = String(repeating: "0", count: 40)

    private static func bytes(_ fields: String...) -> [UInt8] {
        HookRequest.signature + fields.flatMap { Array($0.utf8) + [0] } + [0]
    }

    @Test("the bytes are those of the protocol")
    func wire() throws {
        let id = try #require(ObjectID(hex: Self.id))
        let request = HookRequest(
            repository: "/srv/a b.git",
            updates: [
                .init(old: .zero, new: id, name: Array("refs/heads/x".utf8)),
                .init(old: id, new: .zero, name: Array("refs/heads/".utf8) + [0xE9]),
            ],
            options: [Array("nacre.wait".utf8), Array("x=\n\u{1B}".utf8)],
            user: "ada"
        )
        let expected =
            Array("NACRE-HOOK 1\nrepository=/srv/a b.git\0update=\(Self.zero) \(Self.id) refs/heads/x\0".utf8)
            + Array("update=\(Self.id) \(Self.zero) refs/heads/".utf8) + [0xE9, 0]
            + Array("option=nacre.wait\0option=x=\n\u{1B}\0user=ada\0\0".utf8)
        #expect(request.encode() == expected)
        #expect(try HookRequest(decoding: expected) == request)
        #expect(request.updates[0].ref == "refs/heads/x")
        #expect(request.updates[1].ref == nil)
    }

    @Test(
        "what does not follow the protocol is refused",
        arguments: [
            [],
            Array("NACRE-HOOK 2\nrepository=/a\0user=\0\0".utf8),
            Array("NACRE-HOOK 1\nrepository=/a\0user=x\0".utf8),
            Array("NACRE-HOOK 1\nrepository=/a\0user=x".utf8),
            bytes("user=x"),
            bytes("repository=a", "user=x"),
            bytes("repository=/a"),
            bytes("repository=/a", "repository=/b", "user=x"),
            bytes("repository=/a", "user=x", "user=y"),
            bytes("user=x", "repository=/a"),
            bytes("repository=/a", "user=x", "option=y"),
            bytes("repository=/a", "option=y", "update=\(zero) \(id) refs/heads/x", "user=x"),
            bytes("repository=/a", "update", "user=x"),
            bytes("repository=/a", "color=red", "user=x"),
            bytes("repository=/a", "update=\(zero) \(id)", "user=x"),
            bytes("repository=/a", "update=\(zero) \(id) ", "user=x"),
            bytes("repository=/a", "update=\(zero) \(id) heads/x", "user=x"),
            bytes("repository=/a", "update=\(zero) \(id) refs/heads/a b", "user=x"),
            bytes("repository=/a", "update=\(zero) \(id) refs/heads/a\n", "user=x"),
            bytes("repository=/a", "update=\(zero.dropLast()) \(id)0 refs/heads/x", "user=x"),
            bytes("repository=/a", "user=x") + [0],
            bytes("repository=/a", "user=x") + Array("more".utf8),
            bytes("repository=/" + String(repeating: "a", count: 1 << 20), "user=x"),
        ] as [[UInt8]]
    )
    func refused(bytes: [UInt8]) {
        let error = #expect(throws: RepositoriesError.self) { try HookRequest(decoding: bytes) }
        #expect(error?.code == .invalidRequest)
    }

    @Test("garbage of any kind is refused or read, and what is read is written back as it was", arguments: 0..<8)
    func fuzz(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let good = Self.bytes(
            "repository=/srv/a.git",
            "update=\(Self.zero) \(Self.id) refs/heads/x",
            "option=nacre.wait",
            "user=ada"
        )
        for _ in 0..<2_000 {
            var bytes = good
            for _ in 0...Int(random.next() % 4) {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 3 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8(truncatingIfNeeded: random.next() % 4 == 0 ? 0 : random.next()), at: place)
                }
            }
            guard let request = try? HookRequest(decoding: bytes) else { continue }
            #expect(try HookRequest(decoding: request.encode()) == request)
        }
    }
}

/// A seeded generator, so that a failure can be repeated.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
