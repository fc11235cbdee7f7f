// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import TestSupport
import Testing

@testable import Caches

@Suite("Caches", .scratchDirectory)
struct CacheStoreTests {
    @Test("what was saved is there again: content, modes, times, links and empty folders")
    func roundTrip() throws {
        let fixture = CacheFixture()
        try fixture.write("deps/lib/a.js", "one")
        try fixture.write("deps/bin/run", "#!/bin/sh\n", mode: 0o755)
        try fixture.write("deps/.hidden", "two", mode: 0o444)
        try fixture.write("deps/large", String(repeating: "0123456789", count: 20_000))
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: "\(fixture.root)/deps/bin/link", withDestinationPath: "../lib/a.js")
        try manager.createDirectory(atPath: "\(fixture.root)/deps/empty", withIntermediateDirectories: true)
        let time = Date(timeIntervalSince1970: 1_600_000_000)
        try manager.setAttributes([.modificationDate: time], ofItemAtPath: "\(fixture.root)/deps/lib/a.js")
        try manager.setAttributes([.modificationDate: time], ofItemAtPath: "\(fixture.root)/deps/lib")
        try manager.setAttributes([.posixPermissions: 0o555], ofItemAtPath: "\(fixture.root)/deps/bin")
        #expect(
            fixture.store.save(fixture.request("deps/**/*"))
                == CacheOutcome(
                    .saved,
                    ["Expanded cache path deps/**/*", "Cache saved: without a key (5 files, 200.0 KB)"]
                )
        )
        try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(fixture.root)/deps/bin")
        try fixture.clean()
        fixture.clock.advance(seconds: 180)
        let outcome = fixture.store.restore(fixture.request("deps/**/*"))
        #expect(
            outcome == CacheOutcome(.hit, ["Cache hit: the cache without a key (5 files, 200.0 KB, 3 minutes old)"])
        )
        #expect(fixture.read("deps/lib/a.js") == "one")
        #expect(fixture.read("deps/large")?.utf8.count == 200_000)
        #expect(fixture.exists("deps/empty"))
        #expect(try manager.destinationOfSymbolicLink(atPath: "\(fixture.root)/deps/bin/link") == "../lib/a.js")
        func attributes(_ path: String) throws -> [FileAttributeKey: Any] {
            try manager.attributesOfItem(atPath: "\(fixture.root)/\(path)")
        }
        #expect(try attributes("deps/bin/run")[.posixPermissions] as? Int == 0o755)
        #expect(try attributes("deps/.hidden")[.posixPermissions] as? Int == 0o444)
        #expect(try attributes("deps/bin")[.posixPermissions] as? Int == 0o555)
        #expect(try attributes("deps/lib/a.js")[.modificationDate] as? Date == time)
        #expect(try attributes("deps/lib")[.modificationDate] as? Date == time)
        try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(fixture.root)/deps/bin")
    }

    @Test("a stop ends saving and restoring, and leaves no part of an entry")
    func stopped() throws {
        let fixture = CacheFixture()
        try fixture.write("deps/small", "one")
        try fixture.write("deps/large", String(repeating: "0123456789", count: 20_000))
        let request = fixture.request("deps/**/*")
        let saving = fixture.store.save(request) { true }
        #expect(saving.lines.last == "Cache not saved: it was stopped")
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.directory) == [])
        #expect(fixture.store.save(request).lines.last?.hasPrefix("Cache saved") == true)
        try fixture.clean()
        let restoring = fixture.store.restore(request) { true }
        #expect(restoring.lines.last == "Cache not restored, or only in part: the cache without a key: it was stopped")
        #expect(!fixture.exists("deps/large"))
    }

    @Test("a keyed entry is saved once and never changed")
    func immutable() throws {
        let fixture = CacheFixture()
        try fixture.write("deps/a", "first")
        #expect(fixture.store.save(fixture.request("deps/**/*", key: "k-1")).result == .saved)
        try fixture.write("deps/a", "second")
        let again = fixture.store.save(fixture.request("deps/**/*", key: "k-1"))
        #expect(again == CacheOutcome(.skipped, ["Cache not saved: key k-1 exists already"]))
        #expect(fixture.store.restore(fixture.request("deps/**/*", key: "k-1")).result == .hit)
        #expect(fixture.read("deps/a") == "first")
    }

    @Test("the cache without a key is replaced by each save")
    func replaced() throws {
        let fixture = CacheFixture()
        for text in ["first", "second"] {
            try fixture.write("deps/a", text)
            #expect(fixture.store.save(fixture.request("deps/**/*")).result == .saved)
        }
        try fixture.clean()
        #expect(fixture.store.restore(fixture.request("deps/**/*")).result == .hit)
        #expect(fixture.read("deps/a") == "second")
        #expect(try fixture.entries().count == 1)
    }

    @Test("fallback keys match beginnings, in their order, the newest entry first")
    func fallback() throws {
        let fixture = CacheFixture()
        for key in ["npm-a", "npm-b", "other-c"] {
            try fixture.write("deps/a", key)
            #expect(fixture.store.save(fixture.request("deps/**/*", key: key)).result == .saved)
            fixture.clock.advance(seconds: 3600)
        }
        let outcome = fixture.store.restore(fixture.request("deps/**/*", key: "npm-z", fallback: ["none-", "npm-"]))
        #expect(
            outcome
                == CacheOutcome(.fallbackHit, ["Cache hit by fallback key npm-: key npm-b (1 file, 5 B, 2 hours old)"])
        )
        #expect(fixture.read("deps/a") == "npm-b")
        let noKey = fixture.store.restore(fixture.request("deps/**/*", fallback: ["npm-"]))
        #expect(noKey == CacheOutcome(.miss, ["Cache miss: no build of these paths has saved a cache yet"]))
    }

    @Test("a miss says why")
    func misses() throws {
        let fixture = CacheFixture()
        func miss(_ request: CacheRequest) -> [String] { fixture.store.restore(request).lines }
        #expect(miss(fixture.request("deps/**/*", key: "k-1")) == ["Cache miss: no entry with key k-1"])
        try fixture.write("deps/a", "x")
        _ = fixture.store.save(fixture.request("deps/**/*", key: "deps-abc"))
        fixture.clock.advance(seconds: 86_400 * 3)
        #expect(
            miss(fixture.request("deps/**/*", key: "deps-xyz"))
                == ["Cache miss: no entry with key deps-xyz; nearest is deps-abc (3 days old)"]
        )
        #expect(
            miss(fixture.request("deps/*", key: "deps-abc"))
                == ["Cache miss: no entry with key deps-abc for these paths; there is one for other paths"]
        )
    }

    @Test("cached files take the place of source files of the same name, whatever those are")
    func overrides() throws {
        let fixture = CacheFixture()
        try fixture.write("deps/a", "cached")
        try fixture.write("deps/b/c", "cached")
        _ = fixture.store.save(fixture.request("deps/**/*"))
        try fixture.clean()
        try fixture.write("deps/a/inner", "a folder now")
        try fixture.write("deps/b", "a file now")
        try fixture.write("deps/kept", "of the source")
        #expect(fixture.store.restore(fixture.request("deps/**/*")).result == .hit)
        #expect(fixture.read("deps/a") == "cached")
        #expect(fixture.read("deps/b/c") == "cached")
        #expect(fixture.read("deps/kept") == "of the source")
    }

    @Test("a file with another name elsewhere is not changed through a restored one")
    func hardLinks() throws {
        let fixture = CacheFixture()
        try fixture.write("deps/a", "cached")
        _ = fixture.store.save(fixture.request("deps/**/*"))
        try fixture.write("other", "old")
        try FileManager.default.removeItem(atPath: fixture.absolute("deps/a"))
        try FileManager.default.linkItem(atPath: fixture.absolute("other"), toPath: fixture.absolute("deps/a"))
        #expect(fixture.store.restore(fixture.request("deps/**/*")).result == .hit)
        #expect(fixture.read("deps/a") == "cached")
        #expect(fixture.read("other") == "old")
    }

    @Test("absolute paths are restored where they were, but over nothing newer")
    func absolutePaths() throws {
        let fixture = CacheFixture()
        let outside = "\(ScratchDirectory.path)/home/.m2"
        try fixture.write("\(outside)/lib/a.jar", "cached")
        try fixture.write("\(outside)/lib/b.jar", "cached")
        let request = fixture.request("\(outside)/**/*", key: "k")
        #expect(fixture.store.save(request).result == .saved)
        try FileManager.default.removeItem(atPath: outside)
        try fixture.write("\(outside)/lib/b.jar", "newer")
        #expect(fixture.store.restore(request).result == .hit)
        #expect(fixture.read("\(outside)/lib/a.jar") == "cached")
        #expect(fixture.read("\(outside)/lib/b.jar") == "newer")
    }

    @Test(
        "paths choose what artifacts would, and a folder's bare name all that is in it",
        arguments: [
            ("deps/*", ["deps/a"]),
            ("deps", ["deps/a", "deps/b/c"]),
            ("**/*", ["deps/a", "deps/b/c", "top"]),
            ("**/c", ["deps/b/c"]),
            ("top", ["top"]),
            ("./deps/b/**/*", ["deps/b/c"]),
        ]
    )
    func selection(_ pattern: String, _ expected: [String]) throws {
        let fixture = CacheFixture()
        for path in ["deps/a", "deps/b/c", "top"] { try fixture.write(path, path) }
        #expect(fixture.store.save(fixture.request(pattern)).result == .saved)
        try fixture.clean()
        #expect(fixture.store.restore(fixture.request(pattern)).result == .hit)
        let found = ["deps/a", "deps/b/c", "top"].filter { fixture.read($0) == $0 }
        #expect(found == expected)
        #expect(pattern != "deps/*" || !fixture.exists("deps/b"))
    }

    @Test("without paths, and with paths that match nothing, nothing is saved")
    func nothing() {
        let fixture = CacheFixture()
        let skipped = CacheOutcome(.skipped, ["Skip cache due to: no paths specified to be cached"])
        #expect(fixture.store.save(fixture.request()) == skipped)
        #expect(fixture.store.restore(fixture.request()) == skipped)
        #expect(
            fixture.store.save(fixture.request("gone/**/*")).lines == [
                "Expanded cache path gone/**/*", "Skipping invalid cache path gone/**/*: nothing is there",
                "Cache not saved: no files match its paths",
            ]
        )
    }

    enum Damage: CaseIterable {
        case bit, indexBit, cut, cutToNothing, manifest
    }

    @Test("a damaged entry is a miss with its reason, is removed, and can be saved again", arguments: Damage.allCases)
    func damage(_ damage: Damage) throws {
        let fixture = CacheFixture()
        try fixture.write("deps/a", String(repeating: "x", count: 100_000))
        let request = fixture.request("deps/**/*", key: "k")
        #expect(fixture.store.save(request).result == .saved)
        let file = "\(fixture.directory)/\(try #require(fixture.entries().first))"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        switch damage {
        case .bit: bytes[50_000] ^= 1
        case .indexBit: bytes[104_110] ^= 1
        case .cut: bytes.removeLast(5)
        case .cutToNothing: bytes = Data()
        case .manifest: bytes[bytes.count - 30] ^= 1
        }
        try bytes.write(to: URL(fileURLWithPath: file))
        try fixture.clean()
        let outcome = fixture.store.restore(request)
        #expect(outcome.result == .miss)
        #expect(outcome.lines.count == 2 && outcome.lines[0].hasPrefix("Cache entry removed: key k is damaged: "))
        #expect(!fixture.exists("deps"))
        #expect(try fixture.entries().isEmpty)
        try fixture.write("deps/a", "new")
        #expect(fixture.store.save(request).result == .saved)
    }

    @Test("what was not used for the longest time goes first, and never what was just saved")
    func eviction() throws {
        let fixture = CacheFixture(limitBytes: 350_000)
        let other = CacheFixture(project: "other", limitBytes: 350_000)
        let text = String(repeating: "x", count: 100_000)
        try fixture.write("deps/a", text)
        _ = other.store.save(other.request("deps/**/*", key: "old"))
        _ = fixture.store.save(fixture.request("deps/**/*", key: "one"))
        _ = fixture.store.save(fixture.request("deps/**/*", key: "two"))
        #expect(other.store.restore(other.request("deps/**/*", key: "old")).result == .hit)
        let outcome = fixture.store.save(fixture.request("deps/**/*", key: "three"))
        #expect(outcome.result == .saved)
        #expect(outcome.lines.last?.hasPrefix("Removed 1 cache entry, 1") == true)
        #expect(fixture.store.restore(fixture.request("deps/**/*", key: "one")).result == .miss)
        #expect(fixture.store.restore(fixture.request("deps/**/*", key: "two")).result == .hit)
        #expect(fixture.store.restore(fixture.request("deps/**/*", key: "three")).result == .hit)
        #expect(other.store.restore(other.request("deps/**/*", key: "old")).result == .hit)
    }

    @Test("an entry that is being read is not evicted")
    func readersAreSafe() throws {
        let fixture = CacheFixture()
        try fixture.write("deps/a", "x")
        _ = fixture.store.save(fixture.request("deps/**/*", key: "k"))
        let path = "\(fixture.directory)/\(try #require(fixture.entries().first))"
        do {
            let reader = try PackReader.open(path)
            let isOpen = reader != nil
            #expect(isOpen)
            #expect(!CacheEntry.removeUnused(path))
            _ = consume reader
        }
        #expect(CacheEntry.removeUnused(path))
        #expect(try PackReader.open(path) == nil)
    }

    @Test("an entry larger than the limit is not saved, and leaves nothing")
    func tooLarge() throws {
        let fixture = CacheFixture(limitBytes: 1000)
        try fixture.write("deps/a", String(repeating: "x", count: 2000))
        let outcome = fixture.store.save(fixture.request("deps/**/*"))
        #expect(outcome.result == .failed)
        #expect(outcome.lines.last == "Cache not saved: it is larger than all caches together may be, 1.0 KB")
        #expect(try fixture.entries().isEmpty)
    }

    @Test("what a killed build has left is removed by the next, but not what another still writes")
    func abandoned() throws {
        let fixture = CacheFixture()
        try fixture.write("deps/a", "x")
        try FileManager.default.createDirectory(atPath: fixture.directory, withIntermediateDirectories: true)
        try Data("half".utf8).write(to: URL(fileURLWithPath: "\(fixture.directory)/1-1.partial"))
        let saving = try CacheSaving(in: fixture.directory, limitBytes: .max, pathCount: 1)
        _ = fixture.store.restore(fixture.request("deps/**/*"))
        #expect(try fixture.entries().count == 1)
        _ = consume saving
        #expect(try fixture.entries().isEmpty)
    }

    @Test("many at once save and restore one key, and each sees a whole cache or none")
    func concurrency() async throws {
        let fixture = CacheFixture()
        for number in 0..<50 { try fixture.write("deps/d\(number % 7)/f\(number)", "content \(number)") }
        let (store, source) = (fixture.store, fixture.root)
        let results = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<24 {
                group.addTask {
                    let root = "\(source)-\(number)"
                    let key: String? = number.isMultiple(of: 3) ? nil : "k"
                    if number.isMultiple(of: 2) {
                        let saved = store.save(CacheRequest(key: key, paths: ["deps/**/*"], root: source))
                        return saved.result == .saved || saved.result == .skipped
                    }
                    let restored = store.restore(CacheRequest(key: key, paths: ["deps/**/*"], root: root))
                    if restored.result == .miss { return !FileManager.default.fileExists(atPath: root) }
                    return restored.result == .hit
                        && (0..<50).allSatisfy {
                            FileManager.default.contents(atPath: "\(root)/deps/d\($0 % 7)/f\($0)")
                                == Data("content \($0)".utf8)
                        }
                }
            }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(results.count == 24 && results.allSatisfy { $0 })
        #expect(try fixture.entries().count == 2)
    }

    @Test("the paths' version does not depend on their order")
    func version() {
        #expect(CachePath.version(of: ["a", "b"]) == CachePath.version(of: ["b", "a", "a"]))
        #expect(CachePath.version(of: ["a", "b"]) != CachePath.version(of: ["a", "c"]))
    }

    @Test(
        "sizes and ages read well",
        arguments: [
            (999, "999 B"), (1000, "1.0 KB"), (56_780_000, "56.7 MB"), (10 << 30, "10.7 GB"),
            (1_234_567_890_123, "1.2 TB"),
        ]
    )
    func sizes(_ bytes: Int, _ text: String) {
        #expect(CacheText.size(bytes) == text)
    }

    // MARK: - What a build has put there

    /// The store's only entry.
    private func entry(_ fixture: CacheFixture) throws -> String {
        "\(fixture.directory)/\(try #require(fixture.entries().first))"
    }

    @Test(
        "a pack whose description has impossible numbers is a miss, and makes room for another",
        arguments: [
            ("savedAt", Int.min), ("savedAt", Int.max), ("fileCount", -1), ("fileCount", Int.max),
            ("contentBytes", Int.min),
            ("contentBytes", Int.max), ("indexOffset", -1), ("indexOffset", Int.max),
        ]
    )
    func hostileManifest(field: String, value: Int) throws {
        let fixture = CacheFixture()
        try fixture.write("deps/a", "one")
        let request = fixture.request("deps/**/*", key: "k-1", fallback: ["k"])
        #expect(fixture.store.save(request).result == .saved)
        let path = try entry(fixture)
        var pack = Array(try Data(contentsOf: URL(filePath: path)))
        let footer = pack.count - 16
        let length = (0..<4).reversed().reduce(0) { $0 << 8 | Int(pack[footer + $1]) }
        let text = String(decoding: pack[(footer - length)..<footer], as: UTF8.self)
        let old = try #require(text.range(of: #""\#(field)":[0-9]+"#, options: .regularExpression))
        let manifest = Array(text.replacingCharacters(in: old, with: #""\#(field)":\#(value)"#).utf8)
        pack.removeLast(length + 16)
        pack += manifest
        pack.append(number: UInt32(manifest.count))
        pack.append(number: PackReader.checksum(of: manifest))
        pack += PackReader.endMark
        try Data(pack).write(to: URL(filePath: path))
        #expect(fixture.store.restore(request).result == .miss)
        #expect(fixture.store.save(request).result == .saved)
        #expect(fixture.store.restore(request).result == .hit)
    }

    @Test("files in a pack that share bytes, and together are larger than it, are damage")
    func overlapping() throws {
        let time = PackTime(seconds: 0, nanoseconds: 0)
        func folder(_ places: [(Int, Int)]) -> PackFolder {
            var folder = PackFolder(path: 0, names: [], isMatched: true, mode: 0o755, modified: time)
            folder.entries = places.enumerated().map { index, place in
                let kind = PackEntry.Kind.file(offset: place.0, size: place.1, mode: 0o644)
                return PackEntry(name: Array("\(index)".utf8), modified: time, kind: kind)
            }
            return folder
        }
        func decode(_ places: [(Int, Int)]) throws -> [PackFolder] {
            try PackIndex.decode(PackIndex.encode([folder(places)]), end: 100, pathCount: 1)
        }
        #expect(try decode([(8, 42), (50, 0), (50, 50)]) == [folder([(8, 42), (50, 0), (50, 50)])])
        for places in [[(0, 100), (0, 100)], [(0, 60), (50, 10)], [(50, 1), (0, 1)], [(0, Int.max), (1, Int.max)]] {
            #expect(throws: CacheError.self) { try decode(places) }
        }
    }

    @Test("what is no file in a pack's place is a miss, and gives way", arguments: ["pipe", "link", "folder"])
    func noPack(kind: String) throws {
        let fixture = CacheFixture()
        try fixture.write("deps/a", "one")
        let request = fixture.request("deps/**/*", key: "k-1")
        #expect(fixture.store.save(request).result == .saved)
        let path = try entry(fixture)
        try FileManager.default.removeItem(atPath: path)
        switch kind {
        case "pipe": #expect(unsafe mkfifo(path, 0o600) == 0)
        case "link": try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
        default: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        }
        #expect(fixture.store.restore(request).result == .miss)
        #expect(fixture.store.save(request).result == .saved)
        #expect(fixture.store.restore(request).result == .hit)
    }

    @Test("folders beyond a depth are left out of a cache, and the log says so")
    func deep() throws {
        let fixture = CacheFixture()
        try fixture.write("deps/a", "one")
        var folder = try Directory("\(fixture.root)/deps")
        for _ in 0..<(Directory.depthLimit + 10) { folder = try folder.makeDirectory(Array("d".utf8)) }
        let outcome = fixture.store.save(fixture.request("deps/**/*"))
        #expect(outcome.result == .saved)
        #expect(outcome.lines.contains { $0.hasSuffix(": it lies too deep") })
        try Folder.remove("\(fixture.root)/deps")
    }
}
