// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import JSON
package import WireWords

/// A report with all that is kept of it, as it lies in a build's folder.
package struct ReportFile: Sendable, Hashable, Codable {
    package var report: Report
    /// What its files hold.
    package var format: ReportFormat
    /// Failed ones first; absent for coverage.
    package var testCases: [TestCase]?
    /// Absent for tests.
    package var codeCoverages: [CodeCoverage]?

    /// Bytes of a kept report that are read again.
    package static let limit = 512 << 20
    /// Kept reports of a build that are read; a buildspec's groups, and one for each format, are fewer.
    private static let countLimit = 1000

    /// Writes `1.json`, `2.json`, … in the order given, into a folder that is made anew.
    ///
    /// * `isDurable`: whether they are on the disk when this returns.
    ///
    /// - Throws: `system`.
    package static func write(
        _ files: [ReportFile],
        to folder: String,
        isDurable: Bool = false
    ) throws(ReportError) {
        do throws(FileError) {
            // What lies there the build's commands have made up.
            try Folder.remove(folder)
            if files.isEmpty { return }
            try Folder.make(folder)
            for (index, file) in files.enumerated() {
                guard let bytes = try? file.encoded() else {
                    throw FileError(code: 22, function: "encode", path: "\(folder)/\(index + 1).json")
                }
                try AtomicFile.write(bytes, to: "\(folder)/\(index + 1).json", isDurable: isDurable)
            }
        } catch {
            throw ReportError(.system, error.description)
        }
    }

    /// The JSON of all, the test cases one by one: they are many, and the coder's tree of a value is several times its size.
    private func encoded() throws -> [UInt8] {
        guard let testCases, !testCases.isEmpty else { return try JSONText.encode(self) }
        var others = self
        others.testCases = nil
        var bytes = try JSONText.encode(others)
        // There are others, so that a comma fits in the place of the closing brace.
        bytes.removeLast()
        bytes += ",\"testCases\":[".utf8
        for (index, test) in testCases.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += try JSONText.encode(test)
        }
        bytes += "]}".utf8
        return bytes
    }

    /// Reads what `write` wrote; empty where there is no folder.
    ///
    /// A build may have written it, too.
    ///
    /// * `limit`: bytes of all together that are read.
    ///
    /// - Throws: `system`, or `syntax` for a file that was changed.
    package static func read(_ folder: String, limit: Int = limit) throws(ReportError) -> [ReportFile] {
        var files: [ReportFile] = []
        var left = limit
        while files.count < countLimit {
            let name = "\(Paths.name(folder))/\(files.count + 1).json"
            let bytes: [UInt8]
            do throws(FileError) {
                bytes = try ForeignFile.open(name, beneath: Paths.parent(folder)).readToEnd(limit: left)
            } catch {
                if error.code == ENOENT { break }
                throw ReportError(.system, error.description)
            }
            left -= bytes.count
            guard let file = try? JSONText.decode(ReportFile.self, from: bytes), file.isPossible else {
                throw ReportError(.syntax, "\(Paths.parent(folder))/\(name) is not a kept report")
            }
            files.append(file)
        }
        return files
    }

    /// Whether every number is one that can be counted with.
    private var isPossible: Bool {
        var counts: [Int] = []
        if let tests = report.testSummary { counts += [tests.total] + tests.statusCounts.values }
        if let lines = report.codeCoverageSummary {
            counts += [lines.linesCovered, lines.linesMissed, lines.branchesCovered, lines.branchesMissed]
        }
        for file in codeCoverages ?? [] {
            counts += [file.linesCovered, file.linesMissed, file.branchesCovered, file.branchesMissed]
        }
        return counts.allSatisfy((0...1 << 48).contains)
    }
}
