// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import WireWords

/// Looks through a folder for files that are reports by their first bytes.
struct ReportDiscovery {
    /// CodeBuild's own limit.
    static let budgetSeconds = 5
    /// Bytes of a file that are looked at.
    private static let sample = 4096
    /// Larger files are no reports that anybody would want read unasked.
    private static let sizeLimit: Int64 = 256 << 20

    private(set) var found: [ReportFormat: [ReportReading.Found]] = [:]
    private(set) var elapsed: Int64 = 0
    /// Whether the time was over first.
    private(set) var isCutShort = false

    private let root: String
    private var realRoot = ""
    private let start = Self.now()
    private var buffer = [UInt8](repeating: 0, count: sample)

    init(_ root: String) {
        self.root = root
    }

    /// Looks; to be called once.
    mutating func run() {
        if let real = Paths.real(root) {
            realRoot = real
            do throws(FileError) {
                try visit(Directory(real), "", depth: 0)
            } catch {
                // What cannot be read holds no report.
            }
        }
        elapsed = Self.now() - start
    }

    private mutating func visit(_ folder: borrowing Directory, _ path: String, depth: Int) throws(FileError) {
        for entry in try folder.entries() {
            if isCutShort { return }
            switch entry.kind {
            case .file:
                guard Self.isCandidate(entry.name), let text = String(validating: entry.name, as: UTF8.self) else {
                    continue
                }
                let path = path + text
                sniff(folder, entry.name, ReportReading.Found(root: realRoot, path: path, name: path))
            case .directory:
                guard let text = String(validating: entry.name, as: UTF8.self), text != ".git",
                    depth < Directory.depthLimit
                else { continue }
                isCutShort = Self.now() - start > Int64(Self.budgetSeconds) * 1_000_000_000
                do throws(FileError) {
                    try visit(folder.directory(entry.name), "\(path)\(text)/", depth: depth + 1)
                } catch {
                    continue
                }
            default: break
            }
        }
    }

    private mutating func sniff(_ folder: borrowing Directory, _ name: [UInt8], _ file: ReportReading.Found) {
        do throws(FileError) {
            let opened = try folder.open(name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
            let status = try opened.status()
            guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0, Int64(status.st_size) <= Self.sizeLimit else {
                return
            }
            let count = try opened.fill(&buffer).get()
            guard let format = ReportSniffer.format(of: buffer[..<count], named: name) else { return }
            found[format, default: []].append(file)
        } catch {
            return
        }
    }

    private static let suffixes = [".xml", ".trx", ".json"].map { Array($0.utf8) }

    private static func isCandidate(_ name: [UInt8]) -> Bool {
        suffixes.contains { name.count >= $0.count && name.suffix($0.count).elementsEqual($0) }
    }

    private static func now() -> Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
