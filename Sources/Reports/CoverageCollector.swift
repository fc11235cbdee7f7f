// SPDX-License-Identifier: Apache-2.0

/// Puts together what report files say about source files.
///
/// Several mentions of one source file are one entry: a line is covered if any of them covers it. Where a format tells
/// counts only, nothing can be put together across report files, and each makes an entry.
struct CoverageCollector {
    /// A line or branch point.
    struct Branches: Equatable {
        var covered: Int
        var total: Int
    }

    private struct SourceFile {
        let path: String
        var lines: [Int: Bool] = [:]
        var branches: [Int: Branches] = [:]
        /// Counts for formats without lines.
        var counted: (lines: Branches, branches: Branches)?
    }

    let reportArn: String
    /// The build's source folder, which paths are shown relative to.
    let root: String
    /// Counts the report files.
    var fileNumber = 0
    private var files: [SourceFile] = []
    private var positions: [String: Int] = [:]

    init(reportArn: String, root: String) {
        self.reportArn = reportArn
        self.root = root
    }

    /// The position of a source file, for the calls below.
    mutating func open(_ path: String, isCounted: Bool = false) -> Int {
        let shown = path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
        let key = isCounted ? "\(shown)\0\(fileNumber)" : shown
        if let position = positions[key] { return position }
        positions[key] = files.count
        files.append(SourceFile(path: shown))
        return files.count - 1
    }

    mutating func line(_ number: Int, isCovered: Bool, in file: Int) {
        if isCovered {
            files[file].lines[number] = true
        } else if files[file].lines[number] == nil {
            files[file].lines[number] = false
        }
    }

    /// Adds branches under a key that is unique to the place: the line's number, or any other number.
    mutating func branches(_ covered: Int, of total: Int, at key: Int, in file: Int) {
        let known = files[file].branches[key] ?? Branches(covered: 0, total: 0)
        files[file].branches[key] = Branches(covered: max(known.covered, covered), total: max(known.total, total))
    }

    /// Adds counts.
    mutating func count(lines: Branches, branches: Branches, in file: Int) {
        let known = files[file].counted ?? (Branches(covered: 0, total: 0), Branches(covered: 0, total: 0))
        files[file].counted = (
            Branches(covered: known.lines.covered + lines.covered, total: known.lines.total + lines.total),
            Branches(covered: known.branches.covered + branches.covered, total: known.branches.total + branches.total)
        )
    }

    /// Every source file, in the order of the first mention.
    var coverages: [CodeCoverage] {
        files.enumerated().map { index, file in
            let lines =
                file.counted?.lines
                ?? Branches(covered: file.lines.values.count { $0 }, total: file.lines.count)
            let branches =
                file.counted?.branches
                ?? file.branches.values.reduce(into: Branches(covered: 0, total: 0)) {
                    $0.covered += $1.covered
                    $0.total += $1.total
                }
            return CodeCoverage(
                id: String(index + 1),
                reportARN: reportArn,
                filePath: file.path,
                lines: (lines.covered, lines.total - lines.covered),
                branches: (branches.covered, branches.total - branches.covered)
            )
        }
    }
}
