// SPDX-License-Identifier: Apache-2.0

import Ciphers
import Foundation
import TestSupport
import Testing

@Suite("Key files", .scratchDirectory)
struct KeyFileTests {
    private var path: String { "\(ScratchDirectory.path)/key" }

    @Test("a key is made once, for the owner alone")
    func made() throws {
        let first = try KeyFile.readOrMake(path)
        #expect(try KeyFile.readOrMake(path) == first)
        #expect(try KeyFile.read(path) == first)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(attributes[.size] as? Int == 32)
        #expect(try FileManager.default.contentsOfDirectory(atPath: ScratchDirectory.path) == ["key"])
    }

    @Test("several that make it at once get the same")
    func race() async throws {
        let path = path
        let keys = try await withThrowingTaskGroup(of: SealingKey.self) { group in
            for _ in 0..<8 { group.addTask { try KeyFile.readOrMake(path) } }
            return try await group.reduce(into: Set<SealingKey>()) { $0.insert($1) }
        }
        #expect(keys.count == 1)
    }

    @Test("a missing key is told apart")
    func missing() {
        #expect(code { try KeyFile.read(path) } == .missingKey)
    }

    @Test("a key that others may read or write is refused", arguments: [0o640, 0o604, 0o620, 0o666])
    func open(mode: Int) throws {
        _ = try KeyFile.readOrMake(path)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        let text =
            "\(path) can be read or written by others (mode \(String(mode, radix: 8))): make it yours alone with `chmod 600`"
        let error = #expect(throws: CipherError.self) { try KeyFile.read(path) }
        #expect(error?.code == .badKey)
        #expect(error?.message == text)
    }

    @Test("a file of another size is no key", arguments: [0, 31, 33, 4096])
    func size(count: Int) throws {
        _ = FileManager.default.createFile(
            atPath: path,
            contents: Data(count: count),
            attributes: [.posixPermissions: 0o600]
        )
        #expect(code { try KeyFile.readOrMake(path) } == .badKey)
    }

    @Test("a folder is no key, and a folder that is not there cannot hold one")
    func folder() throws {
        #expect(code { try KeyFile.read(ScratchDirectory.path) } == .badKey)
        #expect(code { try KeyFile.readOrMake("\(path)/none/key") } == .inaccessible)
    }

    private func code(_ body: () throws -> SealingKey) -> CipherError.Code? {
        do { _ = try body() } catch { return (error as? CipherError)?.code }
        return nil
    }
}
