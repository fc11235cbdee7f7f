// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
internal import Files
internal import WireWords
internal import Zips

/// The work of `ReportCollection`, while it goes on.
struct ReportReading {
    /// A report file: where it is, and how it is called.
    struct Found {
        /// A folder, and the way to the file from there.
        let root: String
        let path: String
        let name: String

        /// Opens it; what a process of the build has put in its place since it was found is refused.
        func open() throws(FileError) -> Descriptor {
            try ForeignFile.open(path, beneath: root)
        }
    }

    /// So many cases of a file wait for its end before they count.
    private static let waitingCases = 10_000

    let build: ReportCollection.Build
    let log: (String) -> Void
    private(set) var reports: [ReportFile] = []
    private(set) var problems: [String] = []

    init(build: ReportCollection.Build, log: @escaping (String) -> Void) {
        self.build = build
        self.log = log
    }

    // MARK: - Declared groups

    mutating func collect(_ group: ReportCollection.Group) {
        let names = ReportNames(group.name, build)
        log("Preparing to copy \(group.format.type.rawValue) report \(group.name)")
        let files = select(group)
        if files.isEmpty {
            log("No report file of \(names.group) matches; the build goes on without the report")
            return
        }
        let errors = read(files, group.format, names, isDeclared: true)
        if !errors.isEmpty {
            let problem = "\(names.group): [error processing report: [\(errors.joined(separator: ", "))]]"
            log("[\(problem)]")
            problems.append(problem)
        }
    }

    /// The files of a group, by the rules of artifacts.
    private func select(_ group: ReportCollection.Group) -> [Found] {
        let selection = ArtifactSelection(
            ArtifactRules(files: group.files, baseDirectory: group.baseDirectory),
            root: build.root
        )
        for line in selection.logLines + selection.warnings { log(line) }
        switch selection.entries {
        case .success(let entries):
            return entries.compactMap { entry in
                guard case .file(let root, let path) = entry.source else { return nil }
                let name = group.discardsPaths ? String(entry.path.split(separator: "/").last ?? "") : entry.path
                return Found(root: root, path: path, name: name)
            }
        case .failure(let error):
            if error.code != .noMatchingFiles { log(error.message) }
            return []
        }
    }

    // MARK: - Files

    /// Reads files into one report.
    /// - Returns: what is wrong with those that cannot be read, each with its name.
    ///
    /// * `isDeclared`: whether there is a report even if no file can be read.
    private mutating func read(
        _ files: [Found],
        _ format: ReportFormat,
        _ names: ReportNames,
        isDeclared: Bool
    ) -> [String] {
        var errors: [String] = []
        var file = ReportFile(report: names.report(build, format), format: format)
        switch format.type {
        case .test:
            var collector = TestCaseCollector(reportArn: names.arn)
            for found in files {
                collector.rawDataPath = found.name
                // Of a file that cannot be read to its end nothing counts, unless it is a huge one.
                var waiting: [TestCase] = []
                do throws(ReportError) {
                    try ReportParser.tests(found, format) { test in
                        waiting.append(test)
                        if waiting.count < Self.waitingCases { return }
                        for test in waiting { collector.add(test) }
                        waiting.removeAll()
                    }
                    for test in waiting { collector.add(test) }
                } catch {
                    errors.append("\(found.name): \(error)")
                }
            }
            file.report.testSummary = collector.summary
            file.report.truncated = collector.isTruncated
            file.testCases = collector.cases
            let failures = collector.summary.count(.failed) + collector.summary.count(.error)
            file.report.status = failures > 0 ? .failed : .succeeded
        case .codeCoverage:
            var collector = CoverageCollector(reportArn: names.arn, root: build.root)
            for found in files {
                let before = collector
                collector.fileNumber += 1
                do throws(ReportError) {
                    try ReportParser.coverage(found, format, into: &collector)
                } catch {
                    collector = before
                    errors.append("\(found.name): \(error)")
                }
            }
            let coverages = collector.coverages
            file.codeCoverages = coverages
            file.report.codeCoverageSummary = Report.CoverageSummary(coverages)
        }
        if !errors.isEmpty { file.report.status = .incomplete }
        if errors.count == files.count, !isDeclared { return errors }
        reports.append(file)
        if errors.count == files.count { return errors }
        for line in ReportText.lines(of: file, failedCaseLimit: 10) { log(line) }
        return errors
    }

    // MARK: - Files that nobody declared

    mutating func discover(in folder: String?) {
        log("Set report auto-discover timeout to \(ReportDiscovery.budgetSeconds) seconds")
        let path = folder.map { $0.hasPrefix("/") ? $0 : "\(build.root)/\($0)" } ?? build.root
        var discovery = ReportDiscovery(path)
        discovery.run()
        log("Report auto-discover file discovery took \(ReportText.seconds(discovery.elapsed, digits: 6)) seconds")
        if discovery.isCutShort { log("Report auto-discover stopped at its time limit") }
        if discovery.found.isEmpty { log("No matching auto-discover report paths found") }
        for format in ReportFormat.allCases {
            guard let files = discovery.found[format] else { continue }
            let names = ReportNames("\(format.rawValue)-AutoDiscovered", build)
            log("Preparing to copy \(format.type.rawValue) report \(names.group)")
            let sorted = files.sorted { ZipPath.precedes($0.name, $1.name) }
            for error in read(sorted, format, names, isDeclared: false) {
                log("Skipping auto-discovered report \(error)")
            }
        }
    }
}
