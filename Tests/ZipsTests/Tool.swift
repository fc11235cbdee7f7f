// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Programs that read and write zips beside ours; `make test` installs them.
enum Tool: String, CaseIterable, Sendable {
    case zip
    case unzip
    case bsdtar
    case python3

    var isInstalled: Bool { path != nil }

    private var path: String? {
        ["/usr/bin", "/bin", "/usr/local/bin"].map { "\($0)/\(rawValue)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs the tool in a folder and expects it to succeed.
    /// - Returns: its standard output.
    @discardableResult
    func run(_ arguments: [String], in directory: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: try #require(path))
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: directory)
        process.environment = ["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(rawValue) \(arguments): \(text)")
        return text
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test where a tool is missing.
    static func needs(_ tools: Tool...) -> Self {
        .enabled(
            if: tools.allSatisfy(\.isInstalled),
            "needs \(tools.map(\.rawValue).joined(separator: ", ")) (Debian: zip unzip libarchive-tools python3)"
        )
    }
}
