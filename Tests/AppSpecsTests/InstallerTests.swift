// SPDX-License-Identifier: Apache-2.0

import AppSpecs
import Foundation
import TestSupport
import Testing

@Suite("Installing a revision", .scratchDirectory)
struct InstallerTests {
    private var folder: String { ScratchDirectory.path }
    private var target: String { "\(folder)/srv/app" }

    private func write(_ path: String, _ text: String, mode: Int = 0o644) throws {
        let parent = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @discardableResult
    private func install(_ bundle: String, _ more: String = "", source: String = "/") throws -> [String] {
        let reading = AppSpecReader.read(
            Array("version: 0.0\nos: linux\nfiles:\n  - source: \(source)\n    destination: \(target)\n\(more)".utf8)
        )
        let appSpec = try #require(reading.appSpec, "\(reading.diagnostics)")
        return try Installer(bundle: "\(folder)/\(bundle)", record: "\(folder)/installed.json").install(appSpec)
    }

    @Test("a folder's content comes into the destination, with modes and links")
    func folders() throws {
        try write("\(folder)/v1/bin/run.sh", "run", mode: 0o755)
        try write("\(folder)/v1/a b.txt", "text")
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/v1/link", withDestinationPath: "bin/run.sh")
        try install("v1")
        #expect(text("\(target)/a b.txt") == "text")
        #expect(try mode("\(target)/bin/run.sh") == 0o755)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(target)/link") == "bin/run.sh")
    }

    @Test("a single file comes into the destination too, which is a folder")
    func singleFile() throws {
        try write("\(folder)/v1/conf/app.conf", "conf")
        try write("\(folder)/v1/other", "other")
        try install("v1", source: "conf/app.conf")
        #expect(text("\(target)/app.conf") == "conf")
        #expect(text("\(target)/other") == nil)
    }

    @Test("what the last revision brought and the new one does not have is gone, and nothing else is")
    func replacement() throws {
        try write("\(folder)/v1/old/gone.txt", "1")
        try write("\(folder)/v1/both.txt", "1")
        try write("\(folder)/v2/both.txt", "2")
        try install("v1")
        try write("\(target)/made-by-the-app.log", "log")
        let lines = try install("v2")
        #expect(lines == ["Removed 2 files of the last deployment", "Installed 1 file"])
        #expect(text("\(target)/both.txt") == "2")
        #expect(!FileManager.default.fileExists(atPath: "\(target)/old"))
        #expect(text("\(target)/made-by-the-app.log") == "log")
    }

    @Test("a file that no deployment has brought refuses the deployment, before anything is changed")
    func disallow() throws {
        try write("\(folder)/v1/a.txt", "1")
        try write("\(folder)/v2/a.txt", "2")
        try write("\(folder)/v2/b.txt", "2")
        try install("v1")
        try write("\(target)/b.txt", "own")
        let error = #expect(throws: AppSpecError.self) { try install("v2") }
        #expect(error?.message.contains("a specified file already exists at this location: \(target)/b.txt") == true)
        #expect(text("\(target)/a.txt") == "1")
        #expect(text("\(target)/b.txt") == "own")
    }

    @Test("such a file is written over, or stays, as the appspec says", arguments: ["OVERWRITE", "RETAIN"])
    func behaviors(_ behavior: String) throws {
        try write("\(folder)/v1/a.txt", "new")
        try write("\(target)/a.txt", "own")
        let lines = try install("v1", "file_exists_behavior: \(behavior)\n")
        #expect(text("\(target)/a.txt") == (behavior == "RETAIN" ? "own" : "new"))
        #expect(lines.contains("Kept \(target)/a.txt, which was there already") == (behavior == "RETAIN"))
        // What stays is not the deployment's to take away.
        try write("\(folder)/v2/b.txt", "new")
        try install("v2")
        #expect(text("\(target)/a.txt") == (behavior == "RETAIN" ? "own" : nil))
    }

    @Test("permissions go to what was installed and matches")
    func permissions() throws {
        for name in ["run.sh", "keep.sh", "data.txt", "sub/deep.sh"] { try write("\(folder)/v1/\(name)", name) }
        try write("\(target)/other.sh", "not of the revision", mode: 0o600)
        try install(
            "v1",
            """
            permissions:
              - object: \(target)
                pattern: "*.sh"
                except: ["keep*"]
                mode: 750
                type: [file]
              - object: \(target)
                mode: 700
                type: [directory]
              - object: \(target)/data.txt
                mode: 600
            """
        )
        #expect(try mode("\(target)/run.sh") == 0o750)
        #expect(try mode("\(target)/keep.sh") == 0o644)
        #expect(try mode("\(target)/sub/deep.sh") == 0o644)
        #expect(try mode("\(target)/data.txt") == 0o600)
        #expect(try mode("\(target)/sub") == 0o700)
        #expect(try mode("\(target)/other.sh") == 0o600)
    }

    @Test("an owner that does not exist refuses the deployment, before anything is changed")
    func unknownOwner() throws {
        try write("\(folder)/v1/a.txt", "1")
        let error = #expect(throws: AppSpecError.self) {
            try install("v1", "permissions:\n  - object: \(target)\n    owner: nobody-of-this-name\n")
        }
        #expect(error?.message.contains("user `nobody-of-this-name` does not exist here") == true)
        #expect(!FileManager.default.fileExists(atPath: target))
    }

    @Test("a file that the revision lacks is named with its line")
    func missingSource() throws {
        try write("\(folder)/v1/a.txt", "1")
        let error = #expect(throws: AppSpecError.self) { try install("v1", source: "b.txt") }
        #expect(error?.message == "appspec.yml:4:13: the revision has no file or folder `b.txt`")
    }
}
