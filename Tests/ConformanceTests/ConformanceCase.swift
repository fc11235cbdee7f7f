// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// One folder of `Tests/Conformance`: a source tree and what a build of it must come to.
struct ConformanceCase: CustomTestStringConvertible, Sendable {
    let name: String

    var testDescription: String { name }

    /// The folder of all cases.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Conformance").path

    /// All cases, by name.
    static let all: [ConformanceCase] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.filter { FileManager.default.fileExists(atPath: "\(root)/\($0)/source") }.sorted().map {
            ConformanceCase(name: $0)
        }
    }()

    var path: String { "\(Self.root)/\(name)" }

    /// The lines of one of the case's files; nil when the case does not have it.
    func lines(_ file: String) -> [String]? {
        guard let text = try? String(contentsOfFile: "\(path)/\(file)", encoding: .utf8) else { return nil }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// The files of a folder of the case; empty when it does not have it.
    func names(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []).sorted()
    }

    /// What the machine lacks of what the case needs; nil when it lacks nothing.
    func missingRequirement() throws -> String? {
        for line in lines("requires") ?? [] {
            if line == "sh=dash" {
                if try FileManager.default.destinationOfSymbolicLink(atPath: "/bin/sh") != "dash" {
                    return "a /bin/sh that is dash"
                }
            } else if line == "root" {
                if geteuid() != 0 { return "root" }
            } else if try Program.run("sh", ["-c", "command -v \"$1\"", "sh", line], environment: Program.path).status
                != 0
            {
                return line
            }
        }
        return nil
    }
}
