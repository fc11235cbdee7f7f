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
    /// Bytes that are made before they are written.
    private static let pieceBytes = 256 << 10
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
                let path = "\(folder)/\(index + 1).json"
                guard let head = try? file.head() else { throw FileError(code: EINVAL, function: "encode", path: path) }
                try AtomicFile.write(to: path, isDurable: isDurable) { target throws(FileError) in
                    try file.write(to: target, after: head)
                }
            }
        } catch {
            throw ReportError(.system, error.description)
        }
    }

    /// The JSON of all but the test cases.
    private func head() throws -> [UInt8] {
        var others = self
        if testCases?.isEmpty == false { others.testCases = nil }
        return try JSONText.encode(others)
    }

    /// Writes the JSON, the test cases one by one and piece by piece: they are many, and a coder's tree of a value is several times
    /// its size.
    private func write(to file: borrowing Descriptor, after head: [UInt8]) throws(FileError) {
        guard let testCases, !testCases.isEmpty else { return try file.writeAll(head) }
        // There are others in it, so that a comma fits in the place of the closing brace.
        var bytes = Array(head.dropLast())
        bytes += ",\"testCases\":[".utf8
        for (index, test) in testCases.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONText.append(test.members, to: &bytes)
            guard bytes.count >= Self.pieceBytes else { continue }
            try file.writeAll(bytes)
            bytes.removeAll(keepingCapacity: true)
        }
        bytes += "]}".utf8
        try file.writeAll(bytes)
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
