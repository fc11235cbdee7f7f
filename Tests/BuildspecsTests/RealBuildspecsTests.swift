// SPDX-License-Identifier: Apache-2.0

import Buildspecs
import Diagnostics
import Foundation
import Testing

/// Reads a collection of buildspecs of one's own: set `NACRE_BUILDSPECS_DIR` to a folder and read what the test prints.
@Suite("Real buildspecs")
struct RealBuildspecsTests {
    private static let directory = ProcessInfo.processInfo.environment["NACRE_BUILDSPECS_DIR"]

    @Test(
        "every file of NACRE_BUILDSPECS_DIR is read or refused with a place",
        .enabled(if: directory != nil, "NACRE_BUILDSPECS_DIR names no folder of buildspecs")
    )
    func everyFile() throws {
        let directory = try #require(Self.directory)
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        try #require(!names.isEmpty, "\(directory) is empty")
        for name in names {
            let bytes = Array(try Data(contentsOf: URL(filePath: directory).appending(path: name)))
            let reading = BuildspecReader.read(bytes, file: name)
            #expect((reading.buildspec == nil) == reading.diagnostics.hasErrors, "\(name)")
            #expect(reading.diagnostics.allSatisfy { $0.location.file == name && $0.length >= 1 }, "\(name)")
            #expect(
                !reading.diagnostics.contains { $0.location.line > bytes.count(where: { $0 == 10 }) + 1 },
                "\(name)"
            )
            print(DiagnosticRenderer(source: bytes).render(reading.diagnostics), terminator: "")
        }
    }
}
