// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Git
internal import Glibc

/// A repository with any bytes in one of its files is read and checked out inside its folder, or refused.
struct GitTarget: FuzzTarget {
    /// What the input is.
    private enum Part: Int, CaseIterable {
        case tree, commit, compressed, packedRefs, head, configuration, tag
    }

    private static let limits = CheckoutLimits(entries: 500, nameBytes: 1 << 20, fileBytes: 1 << 20, bytes: 4 << 20)
    /// Names of objects: nobody asks whether a name is the digest of what it names.
    private static let (commit, tree, subtree, blob, link, tag) = (
        id(0xC1), id(0x71), id(0x72), id(0xB1), id(0xB2), id(0xA1)
    )

    private static func id(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: 20) }

    private static func hex(_ id: [UInt8]) -> String {
        id.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    private static let goodTree =
        Array("100644 a\0".utf8) + blob + Array("40000 d\0".utf8) + subtree + Array("120000 l\0".utf8) + link
        + Array("160000 m\0".utf8) + commit
    private static let goodCommit = Array(
        """
        tree \(hex(tree))
        parent \(hex(commit))
        author Ada <ada@x> 1700000000 +0100
        committer Ada <ada@x> 1700000000 -0530
        encoding ISO-8859-1
        gpgsig -----BEGIN-----
         abc

        subject
        still subject

        text

        """.utf8
    )
    private static let goodTag = Array(
        "object \(hex(commit))\ntype commit\ntag v1\ntagger Ada <ada@x> 1700000000 +0000\n\ntext\n".utf8
    )
    private static let goodRefs = Array(
        "# pack-refs with: peeled fully-peeled sorted\n\(hex(commit)) refs/heads/main\n\(hex(tag)) refs/tags/v1\n^\(hex(commit))\n"
            .utf8
    )
    private static let goodConfiguration = Array(
        "[core]\n\trepositoryformatversion = 0\n\tbare = true\n[a \"b\"]\n\tc = \"d\\n\" ; e\n\tx\n".utf8
    )

    let name = "git"
    let seeds = [
        Self.goodTree, Self.goodCommit, Self.compressed(Array("blob 6\0hello\n".utf8)), Self.goodRefs,
        Array("ref: refs/heads/main\n".utf8),
        Self.goodConfiguration, Self.goodTag,
    ].enumerated().map { index, bytes in [UInt8(index)] + bytes }
    let words =
        [
            "100644 ", "100755 ", "40000 ", "120000 ", "160000 ", "..\0", ".git\0", "a/b\0", "\0", "tree ", "parent ",
            "author ", " <", "> ", "9223372036854775808", " +9999", "encoding x\n", "object ", "type tree\n", "tagger ",
            "ref: ", "refs/heads/", "../", "^", "[core]\n", "[include]\n\tpath = config\n", "worktree = ..\n",
            "[extensions]\n\tobjectformat = sha256\n", "blob 9223372036854775807\0", "blob -1\0",
        ] + [Self.commit, Self.tree, Self.subtree, Self.tag].map { Self.hex($0) }

    /// The first byte says which part, the rest is its content.
    func check(_ input: [UInt8]) throws {
        let part = Part.allCases[Int(input.first ?? 0) % Part.allCases.count]
        try FuzzFiles.withFolder { folder in
            try Self.write(Array(input.dropFirst()), as: part, to: "\(folder)/r")
            try Folder.make("\(folder)/p/in")
            do throws(GitError) {
                try Self.read("\(folder)/r", to: "\(folder)/p/in")
            } catch {
                try FuzzFailure.unless(!error.message.isEmpty, "it is refused without a word")
            }
            let names = try DirectoryListing.names(of: "\(folder)/p") + DirectoryListing.names(of: folder)
            try FuzzFailure.unless(names.sorted() == ["in", "p", "r"], "there is more outside: \(names)")
            let inside = try DirectoryListing.names(of: "\(folder)/p/in")
            try FuzzFailure.unless(!inside.contains { $0.lowercased() == ".git" }, "it makes a repository: \(inside)")
        }
    }

    private static func write(_ bytes: [UInt8], as part: Part, to folder: String) throws {
        try Folder.make("\(folder)/refs/heads")
        try AtomicFile.write(part == .head ? bytes : Array("ref: refs/heads/main\n".utf8), to: "\(folder)/HEAD")
        try AtomicFile.write(part == .configuration ? bytes : goodConfiguration, to: "\(folder)/config")
        try AtomicFile.write(part == .packedRefs ? bytes : goodRefs, to: "\(folder)/packed-refs")
        func add(_ id: [UInt8], _ file: [UInt8]) throws {
            let hex = hex(id)
            try Folder.make("\(folder)/objects/\(hex.prefix(2))")
            try AtomicFile.write(file, to: "\(folder)/objects/\(hex.prefix(2))/\(hex.dropFirst(2))")
        }
        func add(_ id: [UInt8], _ kind: String, _ content: [UInt8]) throws {
            try add(id, compressed(Array("\(kind) \(content.count)\0".utf8) + content))
        }
        try add(commit, "commit", part == .commit ? bytes : goodCommit)
        try add(tree, "tree", part == .tree ? bytes : goodTree)
        try add(subtree, "tree", Array("100755 x\0".utf8) + blob)
        try add(blob, part == .compressed ? bytes : compressed(Array("blob 6\0hello\n".utf8)))
        try add(link, "blob", Array("../../outside".utf8))
        try add(tag, "tag", part == .tag ? bytes : goodTag)
    }

    /// Bytes as zlib has them, none of them made smaller (RFC 1950, RFC 1951).
    private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
        let bytes = bytes.prefix(Int(UInt16.max))
        let count = UInt16(bytes.count)
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        let block = [0x78, 0x01, 1, UInt8(count & 0xFF), UInt8(count >> 8), UInt8(~count & 0xFF), UInt8(~count >> 8)]
        return block + bytes + [UInt8(high >> 8), UInt8(high & 0xFF), UInt8(low >> 8), UInt8(low & 0xFF)]
    }

    /// Asks what a daemon and a supervisor ask.
    private static func read(_ path: String, to target: String) throws(GitError) {
        let repository = try GitRepository.open(bare: path)
        // What is damaged in one place must not keep others from being read.
        var failure: GitError?
        func read(_ body: () throws(GitError) -> Void) {
            do throws(GitError) { try body() } catch { failure = error }
        }
        guard let commit = ObjectID(hexBytes: hex(Self.commit).utf8), let tag = ObjectID(hexBytes: hex(Self.tag).utf8)
        else { return }
        read { () throws(GitError) in _ = try repository.references() }
        read { () throws(GitError) in _ = try repository.headBranch() }
        read { () throws(GitError) in _ = try repository.target(of: "refs/heads/main") }
        read { () throws(GitError) in _ = try repository.value("a.b.c") }
        read { () throws(GitError) in _ = try repository.commitID(of: tag) }
        read { () throws(GitError) in _ = try repository.history(of: commit, since: nil, limit: 10, countLimit: 100) }
        read { () throws(GitError) in _ = try repository.changedFiles(from: nil, to: commit) }
        read { () throws(GitError) in _ = try repository.blob(at: "d/x", in: commit, limit: 1 << 20) }
        read { () throws(GitError) in _ = try repository.files(of: commit, limits: limits) }
        read { () throws(GitError) in try repository.checkout(commit, to: target, limits: limits) }
        if let failure { throw failure }
    }
}
