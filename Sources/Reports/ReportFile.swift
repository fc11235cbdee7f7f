// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import JSON

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
    private static let limit = 512 << 20

    /// Writes `1.json`, `2.json`, … in the order given, into a folder that is made.
    ///
    /// * `isDurable`: whether they are on the disk when this returns.
    ///
    /// - Throws: `system`.
    package static func write(
        _ files: [ReportFile],
        to folder: String,
        isDurable: Bool = false
    ) throws(ReportError) {
        if files.isEmpty { return }
        do throws(FileError) {
            try Folder.make(folder)
            for (index, file) in files.enumerated() {
                guard let bytes = try? file.encoded() else {
                    throw FileError(code: 22, function: "encode", path: "\(folder)/\(index + 1).json")
                }
                try AtomicFile.write(bytes, to: "\(folder)/\(index + 1).json", isDurable: isDurable)
            }
            if isDurable { try Descriptor.open(folder, O_RDONLY).sync() }
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
    /// - Throws: `system`, or `syntax` for a file that was changed.
    package static func read(_ folder: String) throws(ReportError) -> [ReportFile] {
        var files: [ReportFile] = []
        while true {
            let path = "\(folder)/\(files.count + 1).json"
            guard Folder.exists(path) else { return files }
            let bytes: [UInt8]
            do throws(FileError) {
                bytes = try AtomicFile.read(path, limit: limit)
            } catch {
                throw ReportError(.system, error.description)
            }
            guard let file = try? JSONText.decode(ReportFile.self, from: bytes) else {
                throw ReportError(.syntax, "\(path) is not a kept report")
            }
            files.append(file)
        }
    }
}
