// SPDX-License-Identifier: Apache-2.0

import Artifacts
import Files
import Foundation
import TestSupport
import Testing
import Zips

@Suite("Artifact selection", .scratchDirectory)
struct ArtifactSelectionTests {
    /// The paths that a selection puts into the archive; links as `path -> target`.
    private func paths(_ selection: ArtifactSelection) throws -> [String] {
        try selection.entries.get().map { entry in
            if case .symbolicLink(let target) = entry.source { "\(entry.path) -> \(target)" } else { entry.path }
        }
    }

    private func select(_ rules: ArtifactRules) -> ArtifactSelection {
        ArtifactSelection(rules, root: FileTree.root)
    }

    // MARK: - AWS's rules

    static let example = [
        "my-build-1/my-file-1.txt", "my-build-2/my-file-2.txt", "my-build-2/my-subdirectory/my-file-3.txt",
    ]

    @Test("AWS's first worked example: a folder and a pattern inside it")
    func firstExample() throws {
        try FileTree.make(Self.example)
        let selection = select(ArtifactRules(files: ["*/my-file-3.txt"], baseDirectory: "my-build-2"))
        #expect(try paths(selection) == ["my-subdirectory/my-file-3.txt"])
    }

    @Test("AWS's second worked example: a pattern of folders, paths discarded")
    func secondExample() throws {
        try FileTree.make(Self.example)
        let selection = select(ArtifactRules(files: ["**/*"], baseDirectory: "my-build*", discardsPaths: true))
        #expect(try paths(selection) == ["my-file-1.txt", "my-file-2.txt", "my-file-3.txt"])
        #expect(selection.warnings == [])
    }

    struct Row: CustomTestStringConvertible, Sendable {
        var files: [String]
        var base: String?
        var excludes: [String] = []
        let selected: [String]
        var testDescription: String { "\(files) in \(base ?? ".") without \(excludes)" }
    }

    @Test(
        "patterns select what AWS says",
        arguments: [
            Row(files: ["a.txt"], selected: ["a.txt"]),
            Row(files: ["./a.txt"], selected: ["a.txt"]),
            Row(files: ["dir/b.txt"], selected: ["dir/b.txt"]),
            Row(files: ["dir/*"], selected: ["dir/.hidden", "dir/b.txt"]),
            Row(files: ["dir/**/*"], selected: ["dir/.hidden", "dir/b.txt", "dir/sub/c.bin"]),
            Row(files: ["**/*.txt"], selected: ["a.txt", "dir/b.txt"]),
            Row(files: ["**/.*"], selected: [".env", "dir/.hidden"]),
            Row(files: ["*", "dir/sub/*"], selected: [".env", "a.txt", "dir/sub/c.bin"]),
            Row(files: ["**/*"], base: "dir", selected: [".hidden", "b.txt", "sub/c.bin"]),
            Row(files: ["**/*"], base: "./dir/", selected: [".hidden", "b.txt", "sub/c.bin"]),
            Row(files: ["*"], base: "*/sub", selected: ["c.bin"]),
            Row(
                files: ["**/*"],
                excludes: ["**/.*", "**/.*/**/*"],
                selected: ["a.txt", "dir/b.txt", "dir/sub/c.bin"]
            ),
            Row(files: ["**/*"], excludes: ["dir/*"], selected: [".env", ".git/HEAD", "a.txt", "dir/sub/c.bin"]),
            Row(files: ["**/*"], excludes: ["**/sub/**/*", "*"], selected: [".git/HEAD", "dir/.hidden", "dir/b.txt"]),
            Row(files: ["**/*"], base: "dir", excludes: ["sub/*"], selected: [".hidden", "b.txt"]),
            Row(files: ["[a-c].tx?"], selected: ["a.txt"]),
        ]
    )
    func patterns(row: Row) throws {
        try FileTree.make(["a.txt", ".env", ".git/HEAD", "dir/b.txt", "dir/.hidden", "dir/sub/c.bin", "empty/"])
        let rules = ArtifactRules(files: row.files, baseDirectory: row.base, excludePaths: row.excludes)
        #expect(try paths(select(rules)) == row.selected)
    }

    @Test("the log has AWS's lines in AWS's order")
    func log() throws {
        try FileTree.make(["a.txt", "b.txt", "d/c.txt"])
        let selection = select(ArtifactRules(files: ["missing.txt", "**/*"]))
        #expect(
            selection.logLines == [
                "Expanding base directory path: .", "Assembling file list", "Expanding .",
                "Expanding file paths for base directory .", "Assembling file list",
                "Expanding missing.txt", "Skipping invalid file path missing.txt", "Expanding **/*", "Found 3 file(s)",
            ]
        )
        #expect(selection.warnings == [])
    }

    @Test("no match at all is AWS's error, with the lines before it")
    func noMatch() throws {
        try FileTree.make(["a.txt"])
        let selection = select(ArtifactRules(files: ["*.zip"]))
        #expect(throws: ArtifactError(.noMatchingFiles, "no matching artifact paths found")) {
            try selection.entries.get()
        }
        #expect(selection.logLines.last == "Skipping invalid file path *.zip")
    }

    @Test("no base directory is AWS's error", arguments: ["cdk.out", "x*", "../other", "a.txt", "/nowhere"])
    func noBaseDirectory(base: String) throws {
        try FileTree.make(["a.txt"])
        try FileTree.make(["secret"], in: ScratchDirectory.path + "/other")
        let selection = select(ArtifactRules(files: ["**/*"], baseDirectory: base))
        let expected = ArtifactError(.noMatchingBaseDirectory, "no matching base directory path found for \(base)")
        #expect(throws: expected) { try selection.entries.get() }
    }

    @Test("a bare directory matches nothing, and the hint says what to write", arguments: ["dist", "./dist", "dist/"])
    func bareDirectory(pattern: String) throws {
        try FileTree.make(["dist/a", "b"])
        let selection = select(ArtifactRules(files: [pattern, "b"]))
        #expect(try paths(selection) == ["b"])
        #expect(selection.warnings.count == 1)
        #expect(selection.warnings.first?.contains("dist/**/*' for all files in it") == true)
    }

    @Test("of two files that become one, the later pattern's wins, with a warning")
    func collision() throws {
        try FileTree.make(["x/model", "a/model"])
        let selection = select(ArtifactRules(files: ["x/*", "a/*"], discardsPaths: true))
        let entry = try #require(try selection.entries.get().first)
        #expect(entry.source == .file(root: FileTree.root, path: "a/model"))
        #expect(selection.warnings == ["Two files become 'model' in the artifact: a/model is kept, x/model is not"])
    }

    @Test("a file that two patterns match is there once, without a warning")
    func twice() throws {
        try FileTree.make(["a", "b"])
        let selection = select(ArtifactRules(files: ["a", "*"], discardsPaths: true))
        #expect(try paths(selection) == ["a", "b"])
        #expect(selection.warnings == [])
        #expect(selection.logLines.last == "Found 2 file(s)")
    }

    @Test("absolute patterns: inside the source they are relative, elsewhere they keep their path")
    func absolute() throws {
        let other = ScratchDirectory.path + "/other"
        try FileTree.make(["d/a", "b"])
        try FileTree.make(["m/x.bin", "m/n/y.bin"], in: other)
        let selection = select(
            ArtifactRules(files: [FileTree.root + "/d/*", other + "/m/x.bin", other + "/m/**/y.*", other + "/none/*"])
        )
        let stored = String(other.dropFirst())
        #expect(try paths(selection) == ["d/a", stored + "/m/n/y.bin", stored + "/m/x.bin"].sorted())
        #expect(selection.logLines.contains("Skipping invalid file path \(other)/none/*"))
    }

    @Test("a base directory of another source is taken where it lies")
    func secondarySource() throws {
        let other = ScratchDirectory.path + "/other"
        try FileTree.make(["a"])
        try FileTree.make(["b/c"], in: other)
        #expect(try paths(select(ArtifactRules(files: ["**/*"], baseDirectory: other))) == ["b/c"])
    }

    @Test("a pattern with '..' or a broken class is skipped and explained", arguments: ["../x", "a/../../x", "[a"])
    func badPattern(pattern: String) throws {
        try FileTree.make(["a"])
        try FileTree.make(["x"], in: ScratchDirectory.path)
        let selection = select(ArtifactRules(files: [pattern, "a"]))
        #expect(try paths(selection) == ["a"])
        #expect(selection.warnings.count == 1)
    }

    // MARK: - Links

    @Test("a link to a file is followed, one to a folder only by name")
    func followed() throws {
        try FileTree.make(["real/a", "file -> real/a", "folder -> real", "deep/up -> ../real/a"])
        let all = select(ArtifactRules(files: ["**/*"]))
        #expect(try paths(all) == ["deep/up", "file", "real/a"])
        #expect(try all.entries.get().first?.source == .file(root: FileTree.root, path: "real/a"))
        #expect(all.warnings.count == 1 && all.warnings.first?.contains("folder/**/*") == true)
        #expect(try paths(select(ArtifactRules(files: ["folder/**/*"]))) == ["folder/a"])
        #expect(try paths(select(ArtifactRules(files: ["*"], baseDirectory: "folder"))) == ["a"])
    }

    @Test("links inside the artifact stay links where asked for")
    func kept() throws {
        try FileTree.make([
            "real/a", "file -> real/a", "folder -> real", "deep/up -> ../real/a", "abs -> \(FileTree.root)/real/a",
        ])
        let selection = select(ArtifactRules(files: ["**/*"], keepsSymlinks: true))
        #expect(
            try paths(selection) == ["abs", "deep/up -> ../real/a", "file -> real/a", "folder -> real", "real/a"]
        )
        // The link would lead out of an artifact that begins in `deep`.
        let deep = select(ArtifactRules(files: ["**/*"], baseDirectory: "deep", keepsSymlinks: true))
        #expect(try paths(deep) == ["up"])
    }

    @Test("a link out of the source tree is never followed and is named", arguments: [false, true])
    func outside(keepsSymlinks: Bool) throws {
        let outside = ScratchDirectory.path + "/outside"
        try FileTree.make(["secret/key"], in: outside)
        try FileTree.make([
            "a", "file -> \(outside)/secret/key", "folder -> \(outside)/secret", "up -> ../outside/secret/key",
            "chain -> up", "sub/through -> ../folder/key", "root -> /", "parent -> ..",
        ])
        let selection = select(
            ArtifactRules(
                files: ["**/*", "folder/*", "folder/key", "root/etc/passwd", "parent/outside/secret/*", "*/*/*/*"],
                keepsSymlinks: keepsSymlinks
            )
        )
        #expect(try paths(selection) == ["a"])
        for name in ["file", "folder", "up", "chain", "sub/through", "root", "parent"] {
            #expect(
                selection.warnings.contains { $0.hasPrefix("Skipping symbolic link \(name): it leads out") },
                "\(name)"
            )
        }
    }

    @Test("links in circles and to nothing are named and left out")
    func broken() throws {
        try FileTree.make(["a", "loop -> loop", "gone -> nowhere", "self -> ."])
        let selection = select(ArtifactRules(files: ["**/*", "self/self/self/*"]))
        #expect(try paths(selection).contains("a"))
        #expect(selection.warnings.contains("Skipping symbolic link loop: it leads nowhere"))
        #expect(selection.warnings.contains("Skipping symbolic link gone: it leads nowhere"))
    }

    @Test("pipes and sockets are named and left out")
    func special() throws {
        try FileTree.make(["a"])
        #expect(unsafe mkfifo(FileTree.root + "/pipe", 0o600) == 0)
        let selection = select(ArtifactRules(files: ["**/*"]))
        #expect(try paths(selection) == ["a"])
        #expect(selection.warnings == ["Skipping pipe: it is a device, pipe or socket"])
    }

    @Test("a name that is not UTF-8 is an error that shows it, unless it is excluded")
    func notUTF8() throws {
        try FileTree.make(["a"])
        #expect(unsafe open(FileTree.root + "/b", O_CREAT | O_WRONLY, 0o600) >= 0)
        let from = FileTree.root + "/b"
        let to = Array((FileTree.root + "/b").utf8CString.dropLast()) + [CChar(bitPattern: 0xFF), 0]
        #expect(unsafe rename(from, to) == 0)
        let error = try #require(throws: ArtifactError.self) {
            try select(ArtifactRules(files: ["**/*"])).entries.get()
        }
        #expect(error.code == .unsupportedName && error.message.contains("b\\xff"))
        #expect(try paths(select(ArtifactRules(files: ["**/*"], excludePaths: ["b?"]))) == ["a"])
    }

    @Test("what is selected can be written and comes back", arguments: [false, true])
    func roundTrip(keepsSymlinks: Bool) throws {
        try FileTree.make(["real/a", "file -> real/a", "b"])
        let selection = select(ArtifactRules(files: ["**/*"], keepsSymlinks: keepsSymlinks))
        let zip = ScratchDirectory.path + "/a.zip"
        let summary = try ZipWriter().write(try selection.entries.get(), to: zip)
        #expect(summary.entryCount == 3)
        try ZipArchive(zip).unpack(to: ScratchDirectory.path + "/back")
        let back = try String(contentsOfFile: ScratchDirectory.path + "/back/file", encoding: .utf8)
        #expect(back == "real/a")
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: ScratchDirectory.path + "/back/file")
        #expect(target == (keepsSymlinks ? "real/a" : nil))
    }

    @Test("a folder swapped for a link after selection is not followed when written")
    func swapped() throws {
        try FileTree.make(["d/a"])
        try FileTree.make(["a"], in: ScratchDirectory.path + "/outside")
        let entries = try select(ArtifactRules(files: ["**/*"])).entries.get()
        try FileManager.default.removeItem(atPath: FileTree.root + "/d")
        try FileTree.make(["d -> ../outside"])
        let error = try #require(throws: ZipError.self) {
            try ZipWriter().write(entries, to: ScratchDirectory.path + "/a.zip")
        }
        #expect(error.code == .notAFile && error.path == "d/a")
    }

    @Test("folders beyond a depth are left out, and the log says so")
    func deep() throws {
        try FileTree.make(["out/a"])
        var folder = try Directory("\(FileTree.root)/out")
        for _ in 0..<(Directory.depthLimit + 10) { folder = try folder.makeDirectory(Array("d".utf8)) }
        let selection = select(ArtifactRules(files: ["out/**/*"]))
        #expect(try paths(selection) == ["out/a"])
        #expect(selection.warnings.contains { $0.hasSuffix(": it lies too deep") })
        try Folder.remove("\(FileTree.root)/out")
    }
}
