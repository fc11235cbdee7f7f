// SPDX-License-Identifier: Apache-2.0

import Buckets
import Foundation
import TestSupport
import Testing

@Suite("Listings of buckets", .scratchDirectory)
struct ListingTests {
    private static let keys = [
        "a", "a.txt", "a/1", "a/2", "a/b/3", "b/1", "b/2", "b0", "c", "\u{e9}/1", "\u{e9}/2", "\u{10ffff}x",
    ]

    private func store() throws -> BucketStore {
        let store = try BucketFixture.open()
        try store.create("bucket", at: 1)
        for key in Self.keys.reversed() { try store.put("x", as: key) }
        return store
    }

    @Test(
        "prefix and delimiter pick keys and common prefixes",
        arguments: [
            ("", nil, keys, []),
            ("", "/", ["a", "a.txt", "b0", "c", "\u{10ffff}x"], ["a/", "b/", "\u{e9}/"]),
            ("a/", "/", ["a/1", "a/2"], ["a/b/"]), ("a/", nil, ["a/1", "a/2", "a/b/3"], []), ("b", "/", ["b0"], ["b/"]),
            ("\u{10ffff}", nil, ["\u{10ffff}x"], []), ("none", "/", [], []),
            ("", "/1", [], ["a/1", "b/1", "\u{e9}/1"]),
        ] as [(String, String?, [String], [String])]
    )
    func listing(prefix: String, delimiter: String?, keys: [String], prefixes: [String]) throws {
        let store = try store()
        // Whatever the size of the pages, they come to the same.
        for limit in [1000, 1, 2, 3] {
            var (found, common): ([String], [String]) = ([], [])
            var next: String?
            var pages = 0
            repeat {
                let page = try store.list("bucket", prefix: prefix, delimiter: delimiter, after: next, limit: limit)
                #expect(page.objects.count + page.commonPrefixes.count <= limit)
                found += page.objects.map(\.key)
                common += page.commonPrefixes
                next = page.next
                pages += 1
            } while next != nil && pages < 100
            if delimiter != "/1" { #expect(found == keys, "limit \(limit)") }
            #expect(common == prefixes, "limit \(limit)")
        }
    }

    @Test("what a common prefix stands for is jumped over")
    func jumping() throws {
        let store = try BucketFixture.open()
        try store.create("bucket", at: 1)
        let object = try store.put("x", as: "z")
        for index in 0..<60 {
            try store.put(artifact: object.content.digest, as: "folder/\(index)", in: "bucket", at: 1)
        }
        let page = try store.list("bucket", delimiter: "/", limit: 1)
        #expect(page.commonPrefixes == ["folder/"])
        #expect(page.next == "folder/")
        let rest = try store.list("bucket", delimiter: "/", after: page.next, limit: 1)
        #expect(rest.objects.map(\.key) == ["z"])
        #expect(rest.next == nil)
        #expect(try store.list("bucket", limit: 60).next == "folder/9")
        #expect(try store.list("bucket", limit: 61).next == nil)
    }

    @Test("objects are written below a folder, and never outside of it")
    func folders() throws {
        let store = try BucketFixture.open()
        try store.create("bucket", at: 1)
        for key in ["site/index.html", "site/a/b.txt", "site/empty/"] { try store.put(key, as: key) }
        let folder = "\(ScratchDirectory.path)/out"
        try store.write(store.list("bucket", prefix: "site/").objects, below: "site/", into: folder)
        #expect(BucketFixture.text("\(folder)/index.html") == "site/index.html")
        #expect(BucketFixture.text("\(folder)/a/b.txt") == "site/a/b.txt")
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/empty") == [])
        // A link in the way is not followed.
        let outside = "\(ScratchDirectory.path)/outside"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: "\(folder)2", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: "\(folder)2/a", withDestinationPath: outside)
        #expect(
            BucketFixture.code {
                try store.write(store.list("bucket", prefix: "site/a").objects, below: "site/", into: "\(folder)2")
            } == .inaccessible
        )
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside) == [])
    }

    @Test(
        "keys that are no paths in a folder are refused before anything is written",
        arguments: [
            "../x", "a/../../x", "/etc/x", "a//b", "./x", "..",
        ]
    )
    func unsafe(key: String) throws {
        let store = try BucketFixture.open()
        try store.create("bucket", at: 1)
        try store.put("good", as: "!first")
        try store.put("bad", as: key)
        let folder = "\(ScratchDirectory.path)/out/inner"
        #expect(
            BucketFixture.code { try store.write(store.list("bucket").objects, below: "", into: folder) }
                == .invalidArgument
        )
        #expect(!FileManager.default.fileExists(atPath: "\(ScratchDirectory.path)/out"))
    }
}
