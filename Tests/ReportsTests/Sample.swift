// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import WireWords

@testable import Reports

/// Report files in the test's scratch folder, and what is read from them.
enum Sample {
    static var build: ReportCollection.Build {
        ReportCollection.Build(
            project: "shop",
            arn: "arn:aws:codebuild:eu-west-1:000000000000:build/shop:11111111-2222-3333-4444-555555555555",
            root: ScratchDirectory.path,
            time: "2026-03-01T12:00:00.000Z"
        )
    }

    @discardableResult
    static func write(_ text: String, _ name: String) throws -> String {
        let path = "\(ScratchDirectory.path)/\(name)"
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    /// A file of the test as the search for reports finds it.
    static func found(_ path: String) -> ReportReading.Found {
        let name = (path as NSString).lastPathComponent
        return ReportReading.Found(root: (path as NSString).deletingLastPathComponent, path: name, name: name)
    }

    /// The cases of one file.
    static func tests(_ text: String, _ format: ReportFormat) throws -> [TestCase] {
        let path = try write(text, "report")
        var cases: [TestCase] = []
        try ReportParser.tests(found(path), format) { cases.append($0) }
        return cases
    }

    /// The source files of one coverage file.
    static func coverage(_ text: String, _ format: ReportFormat) throws -> [CodeCoverage] {
        let path = try write(text, "report")
        var collector = CoverageCollector(reportArn: "a", root: ScratchDirectory.path)
        try ReportParser.coverage(found(path), format, into: &collector)
        return collector.coverages
    }

    /// `STATUS name milliseconds` for each case.
    static func brief(_ cases: [TestCase]) -> [String] {
        cases.map { "\($0.status.rawValue) \($0.name) \($0.durationInNanoSeconds / 1_000_000)" }
    }

    /// `path covered/lines covered/branches` for each source file.
    static func brief(_ files: [CodeCoverage]) -> [String] {
        files.map {
            "\($0.filePath) \($0.linesCovered)/\($0.linesCovered + $0.linesMissed) "
                + "\($0.branchesCovered)/\($0.branchesCovered + $0.branchesMissed)"
        }
    }
}
