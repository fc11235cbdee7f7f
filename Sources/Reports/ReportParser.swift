// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import JSON
internal import WireWords
internal import XML

/// Reads one report file.
enum ReportParser {
    /// Bytes of a JSON report, which has to be in memory as a whole.
    private static let limitJSON = 256 << 20
    private static let chunk = 256 << 10

    /// Reads a file of test cases.
    /// - Throws: why it cannot be read; what was found before has been handed over.
    static func tests(
        _ file: ReportReading.Found,
        _ format: ReportFormat,
        _ found: (TestCase) -> Void
    ) throws(ReportError) {
        if format == .cucumberJSON {
            try CucumberReader.read(json(file), found)
            return
        }
        let handler: TestHandler =
            switch format {
            case .nunitXML: NUnit2Handler()
            case .nunit3XML: NUnit3Handler()
            case .testNGXML: TestNGHandler()
            case .visualStudioTRX: TRXHandler()
            default: JUnitHandler()
            }
        // The handler does not outlive this call, nor does the closure.
        let result: Result<Void, ReportError> = withoutActuallyEscaping(found) { escaping in
            handler.found = escaping
            defer { handler.found = { _ in } }
            do throws(ReportError) {
                return .success(try xml(file, handler))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Reads a file of coverage.
    static func coverage(
        _ file: ReportReading.Found,
        _ format: ReportFormat,
        into collector: inout CoverageCollector
    ) throws(ReportError) {
        if format == .simpleCov {
            try SimpleCovReader.read(json(file), into: &collector)
            return
        }
        let handler: CoverageHandler =
            switch format {
            case .cloverXML: CloverHandler(collector)
            case .jacocoXML: JaCoCoHandler(collector)
            default: CoberturaHandler(collector)
            }
        try xml(file, handler)
        collector = handler.collector
    }

    private static func xml(_ found: ReportReading.Found, _ handler: ElementHandler) throws(ReportError) {
        let file: Descriptor
        do throws(FileError) { file = try found.open() } catch { throw ReportError(error) }
        do throws(XMLError) {
            let reader = try XMLReader(handler)
            var buffer = [UInt8](repeating: 0, count: chunk)
            while true {
                let count: Int
                switch file.fill(&buffer) {
                case .success(let read): count = read
                case .failure(let error): throw XMLError(.refused, error.reason)
                }
                if count == 0 { break }
                try reader.read(buffer[..<count])
            }
            try reader.finish()
        } catch {
            throw ReportError(error)
        }
    }

    private static func json(_ found: ReportReading.Found) throws(ReportError) -> JSONValue {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try found.open().readToEnd(limit: limitJSON)
        } catch {
            throw ReportError(error)
        }
        do {
            let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            return try JSONText.parse(start == 0 ? bytes : Array(bytes[start...]))
        } catch DecodingError.dataCorrupted(let context) {
            throw ReportError(.syntax, context.debugDescription)
        } catch {
            throw ReportError(.syntax, "it is not JSON")
        }
    }
}

extension Descriptor {
    /// Reads as much as there is, up to the buffer's size; 0 at the end of the file.
    borrowing func fill(_ buffer: inout [UInt8]) -> Result<Int, FileError> {
        let number = number
        return unsafe buffer.withUnsafeMutableBytes { bytes in
            do throws(FileError) {
                let count = try FileError.check("read") { unsafe Glibc.read(number, bytes.baseAddress, bytes.count) }
                return .success(count)
            } catch {
                return .failure(error)
            }
        }
    }
}
