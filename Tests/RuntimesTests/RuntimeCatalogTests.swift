// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import TestSupport
import Testing

@testable import Runtimes

@Suite("Runtimes of a machine", .scratchDirectory, .timeLimit(.minutes(40)))
struct RuntimeCatalogTests {
    private var root: String { ScratchDirectory.path }
    private var home: String { "\(root)/home" }

    /// A program that prints a version, as its real one does.
    private func program(_ path: String, printing text: String = "") throws {
        try Folder.make(URL(fileURLWithPath: path).deletingLastPathComponent().path)
        let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o755)
        try file.writeAll("#!/bin/sh\necho '\(text)'\n")
    }

    private func jdk(_ name: String, _ version: String, _ implementor: String, hasCompiler: Bool = true) throws {
        let home = "\(root)/usr/lib/jvm/\(name)"
        try program("\(home)/bin/java")
        if hasCompiler { try program("\(home)/bin/javac") }
        let release = "JAVA_VERSION=\"\(version)\"\nIMPLEMENTOR=\"\(implementor)\"\n"
        try AtomicFile.write(Array(release.utf8), to: "\(home)/release")
    }

    private func select(
        _ name: String,
        _ version: String,
        path: String = "/nowhere",
        _ more: [String: String] = [:]
    ) throws -> Result<RuntimeSelection, RuntimeError> {
        let environment = ["PATH": path, "HOME": home].merging(more) { $1 }
        return try RuntimeCatalog(root: root, environment: environment).select(name, version, links: "\(root)/links")
    }

    @Test(
        "a version manager's installation goes to the front of PATH",
        arguments: [
            ("python", "3.11", ".pyenv/versions/3.11.7/bin", "python3"),
            ("nodejs", "20", ".nvm/versions/node/v20.11.1/bin", "node"),
            ("nodejs", "20", ".nodenv/versions/20.11.1/bin", "node"),
            ("nodejs", "20", ".asdf/installs/nodejs/20.11.1/bin", "node"),
            ("nodejs", "20", ".local/share/mise/installs/node/20.11.1/bin", "node"),
            ("nodejs", "20.x", ".volta/tools/image/node/20.11.1/bin", "node"),
            ("golang", "1.22", "sdk/go1.22.3/bin", "go"),
            ("golang", "1.22", ".goenv/versions/1.22.3/bin", "go"),
            ("golang", "1.22", ".asdf/installs/golang/1.22.3/go/bin", "go"),
            ("ruby", "3.2", ".rbenv/versions/3.2.2/bin", "ruby"),
            ("ruby", "3.2", ".rvm/rubies/ruby-3.2.2/bin", "ruby"),
            ("php", "8.x", ".phpenv/versions/8.2.7/bin", "php"),
            ("rust", "1.75", ".rustup/toolchains/1.75.0-x86_64-unknown-linux-gnu/bin", "rustc"),
        ]
    )
    func managers(name: String, wanted: String, folder: String, main: String) throws {
        try program("\(home)/\(folder)/\(main)")
        #expect(try select(name, wanted).get().folders == ["\(home)/\(folder)"])
    }

    @Test("the newest of those that fit is taken, and the log tells which")
    func newest() throws {
        for version in ["3.11.7", "3.11.10", "3.12.1", "3.11.11rc1", "2.7.18"] {
            try program("\(home)/.pyenv/versions/\(version)/bin/python\(version == "2.7.18" ? "" : "3")")
        }
        let selection = try select("python", "3.11").get()
        #expect(selection.version == "3.11.10")
        #expect(selection.variables == ["PYENV_VERSION": "3.11.10"])
        #expect(
            selection.logLines == [
                "Selecting 'python' runtime version '3.11' based on manual selections...",
                "Using python 3.11.10: \(home)/.pyenv/versions/3.11.10/bin/python3",
            ]
        )
        #expect(try select("python", "latest").get().version == "3.12.1")
        #expect(try select("python", "3.x").get().version == "3.12.1")
        #expect(try select("python", "2.7").get().version == "2.7.18")
        #expect(try select("python", "3.11.7").get().version == "3.11.7")
    }

    @Test("a version manager's own variable tells where it keeps its installations")
    func managersVariable() throws {
        try program("\(root)/elsewhere/versions/3.11.7/bin/python3")
        #expect(try select("python", "3.11", ["PYENV_ROOT": "\(root)/elsewhere"]).get().version == "3.11.7")
    }

    @Test("a version may be a variable", arguments: ["$PY", "${PY}", "3.${MINOR}"])
    func variable(wanted: String) throws {
        try program("\(home)/.pyenv/versions/3.11.7/bin/python3")
        let selection = try select("python", wanted, ["PY": "3.11", "MINOR": "11"]).get()
        #expect(selection.logLines[0] == "Selecting 'python' runtime version '3.11' based on manual selections...")
    }

    @Test("a variable without a value is named")
    func missingVariable() throws {
        try program("\(home)/.pyenv/versions/3.11.7/bin/python3")
        let error = #expect(throws: RuntimeError.self) { try select("python", "$PY").get() }
        #expect(error?.message == "the version of python is `$PY`, and the variable PY is not set")
    }

    @Test("an unknown version is refused with those that are there")
    func unknownVersion() throws {
        for version in ["v18.20.4", "v20.11.1"] { try program("\(home)/.nvm/versions/node/\(version)/bin/node") }
        let error = #expect(throws: RuntimeError.self) { try select("nodejs", "22").get() }
        #expect(
            error?.message == "Unknown runtime version named '22' of nodejs. "
                + "This build image has the following versions: 18.20.4, 20.11.1"
        )
        #expect(error?.hint == "install nodejs 22, or build in an image that has it: --image NAME")
    }

    @Test("an unknown runtime is refused with those that are there", arguments: ["android", "ruby", "cobol"])
    func unknownRuntime(name: String) throws {
        try program("\(home)/.nvm/versions/node/v20.11.1/bin/node")
        try program("\(home)/.pyenv/versions/3.11.7/bin/python3")
        let error = #expect(throws: RuntimeError.self) { try select(name, "1").get() }
        #expect(
            error?.message
                == "Unknown runtime named '\(name)'. This build image has the following runtimes: nodejs, python"
        )
    }

    // MARK: - PATH

    @Test("a program that PATH leads to as it is needs no change")
    func onPath() throws {
        try program("\(root)/bin/node", printing: "v20.11.1")
        let selection = try select("nodejs", "20", path: "\(root)/bin").get()
        #expect(selection.version == "20.11.1")
        #expect(selection.folders == [])
    }

    @Test("python3.N on PATH is reached as python, python3 and pip, and what lies beside it stays where it is")
    func links() throws {
        try program("\(root)/bin/python3.11", printing: "Python 3.11.7")
        try program("\(root)/bin/python3", printing: "Python 3.9.2")
        try program("\(root)/bin/other")
        let selection = try select("python", "3.11", path: "\(root)/bin").get()
        #expect(selection.version == "3.11.7")
        #expect(selection.folders == ["\(root)/links/python"])
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(root)/links/python").sorted()
        #expect(names == ["pip", "pip3", "python", "python3"])
        #expect(Paths.real("\(root)/links/python/python") == Paths.real("\(root)/bin/python3.11"))
    }

    @Test("shims of version managers are no installations")
    func shims() throws {
        try program("\(root)/shims/node", printing: "v20.11.1")
        #expect(throws: RuntimeError.self) { try select("nodejs", "20", path: "\(root)/shims").get() }
    }

    @Test("a program that fails or prints no version is passed over")
    func brokenProgram() throws {
        try program("\(root)/a/node", printing: "cannot start")
        try program("\(root)/b/node", printing: "v20.11.1")
        let selection = try select("nodejs", "20", path: "\(root)/a:\(root)/b").get()
        // The first one on PATH is not the chosen one.
        #expect(selection.folders == ["\(root)/links/nodejs"])
    }

    @Test("docker is any docker or podman")
    func docker() throws {
        try program("\(root)/bin/podman", printing: "podman version 4.3.1")
        let selection = try select("docker", "18", path: "\(root)/bin").get()
        #expect(selection.version == "4.3.1")
        #expect(selection.folders == ["\(root)/links/docker"])
    }

    // MARK: - Java and .NET

    @Test("a JDK sets JAVA_HOME and JDK_HOME")
    func java() throws {
        try jdk("amazon-corretto-17", "17.0.9", "Amazon.com Inc.")
        try jdk("temurin-17", "17.0.10", "Eclipse Adoptium")
        let selection = try select("java", "corretto17").get()
        let home = try #require(Paths.real("\(root)/usr/lib/jvm/amazon-corretto-17"))
        #expect(selection.version == "17.0.9")
        #expect(selection.variables == ["JAVA_HOME": home, "JDK_HOME": home])
        #expect(selection.folders == ["\(home)/bin"])
        #expect(selection.logLines.count == 2)
        #expect(try select("java", "17").get().version == "17.0.10")
    }

    @Test("another maker's JDK stands in for Corretto, and the log says so")
    func otherMaker() throws {
        try jdk("java-8", "1.8.0_392", "Debian")
        let selection = try select("java", "corretto8").get()
        #expect(selection.logLines.last == "There is no corretto8 here; Debian 8.0_392 takes its place")
    }

    @Test("a JDK is taken before a newer Java without a compiler")
    func runtimeOnly() throws {
        try jdk("jdk", "17.0.1", "Debian")
        try jdk("jre", "17.0.9", "Debian", hasCompiler: false)
        #expect(try select("java", "openjdk17").get().version == "17.0.1")
    }

    @Test("an SDK of .NET is found in its root")
    func dotnet() throws {
        try program("\(root)/usr/share/dotnet/dotnet")
        try Folder.make("\(root)/usr/share/dotnet/sdk/8.0.404")
        let selection = try select("dotnet", "8.0").get()
        #expect(selection.version == "8.0.404")
        #expect(selection.variables == ["DOTNET_ROOT": "\(root)/usr/share/dotnet"])
    }

    @Test("Go is found where its archive is unpacked")
    func go() throws {
        try program("\(root)/usr/local/go/bin/go")
        try AtomicFile.write(Array("go1.22.3\ntime 2024\n".utf8), to: "\(root)/usr/local/go/VERSION")
        let selection = try select("golang", "1.22").get()
        #expect(selection.folders == ["\(root)/usr/local/go/bin"])
    }
}
