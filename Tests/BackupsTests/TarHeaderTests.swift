// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Backups

@Suite("Headers of archives", .timeLimit(.minutes(40)))
struct TarHeaderTests {
    private static let long = Array(String(repeating: "folder/", count: 40).utf8) + Array("file".utf8)

    @Test(
        "what is written is read back",
        arguments: [
            TarEntry(path: Array("nacre.db".utf8), kind: .file, mode: 0o600, size: 123, modified: 1_700_000_000),
            TarEntry(path: Array("a/b".utf8), kind: .folder, mode: 0o755, size: 0, modified: 1),
            TarEntry(path: Array("link".utf8), kind: .link(Array("../x".utf8)), mode: 0o777, size: 0, modified: 0),
            TarEntry(path: long, kind: .file, mode: 0o444, size: 1, modified: 5),
            TarEntry(path: long, kind: .link(long), mode: 0o777, size: 0, modified: 5),
            TarEntry(path: [0xff, 0xfe, 0x0a], kind: .file, mode: 0o644, size: 0, modified: 5),
            TarEntry(path: Array("huge".utf8), kind: .file, mode: 0o644, size: 1 << 40, modified: 5),
            TarEntry(path: long, kind: .file, mode: 0o644, size: 8_589_934_592, modified: 5),
        ]
    )
    func roundTrip(entry: TarEntry) throws {
        var blocks = TarHeader.bytes(of: entry)[...]
        #expect(blocks.count % TarHeader.blockSize == 0)
        var records: [UInt8] = []
        while true {
            switch TarHeader.read(Array(blocks.prefix(TarHeader.blockSize))) {
            case .records(let size)?:
                blocks = blocks.dropFirst(TarHeader.blockSize)
                records = Array(blocks.prefix(Int(size)))
                blocks = blocks.dropFirst(Int(size) + TarHeader.paddingCount(after: size))
            case .entry(var found)?:
                #expect(TarHeader.apply(records, to: &found))
                #expect(found == entry)
                return
            case let other:
                Issue.record("not expected: \(String(describing: other))")
                return
            }
        }
    }

    @Test("a header with any bit turned is refused or says something else, and never traps")
    func bits() {
        let entry = TarEntry(path: Array("file".utf8), kind: .file, mode: 0o600, size: 9, modified: 9)
        let good = TarHeader.bytes(of: entry)
        let accepted = (0..<good.count * 8).filter { bit in
            var bad = good
            bad[bit / 8] ^= 1 << (bit % 8)
            return TarHeader.read(bad) == .entry(entry)
        }
        // The digits of the sum end before its field does.
        #expect(accepted.allSatisfy { (154..<156).contains($0 / 8) })
    }

    @Test(
        "records that make no sense are refused",
        arguments: [
            "x", "5 a=", "12 path=x\n", "99 path=abc\n", "-1 path=x\n", "11 size=-12\n",
            "28 size=9223372036854775807\n", "9 linkpath=x\n", "9 foo=x\n",
        ]
    )
    func records(text: String) {
        var entry = TarEntry(path: [65], kind: .file, mode: 0, size: 0, modified: 0)
        #expect(!TarHeader.apply(Array(text.utf8), to: &entry))
    }

    @Test(
        "only names beneath the folder are safe",
        arguments: zip(
            ["a/b", "a", "/a", "a//b", "..", "a/../b", "./a", "a/", "", "a/\u{0}"],
            [true, true, false, false, false, false, false, false, false, false]
        )
    )
    func names(path: String, isSafe: Bool) {
        #expect(TarEntry(path: Array(path.utf8), kind: .file, mode: 0, size: 0, modified: 0).isSafe == isSafe)
    }
}
