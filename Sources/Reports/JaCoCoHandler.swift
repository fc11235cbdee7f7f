// SPDX-License-Identifier: Apache-2.0

internal import XML

/// JACOCOXML: the counters of each source file.
final class JaCoCoHandler: CoverageHandler {
    private var groups: [String] = []
    private var package = ""
    private var file: Int?
    private var fileDepth = 0

    init(_ collector: CoverageCollector) {
        super.init(collector, roots: ["report"])
    }

    override func start(_ element: XMLElement) {
        switch element.name {
        case "group": groups.append(element["name"] ?? "")
        case "package": package = element["name"] ?? ""
        case "sourcefile":
            guard let name = element["name"] else { return }
            // Files of one package and name in several modules are different files.
            let path = (groups + [package, name]).filter { !$0.isEmpty }.joined(separator: "/")
            let opened = collector.open(path, isCounted: true)
            collector.count(
                lines: CoverageCollector.Branches(covered: 0, total: 0),
                branches: CoverageCollector.Branches(covered: 0, total: 0),
                in: opened
            )
            (file, fileDepth) = (opened, depth)
        case "counter":
            guard let file, depth == fileDepth + 1 else { return }
            let covered = Self.number(element["covered"])
            let count = CoverageCollector.Branches(covered: covered, total: covered + Self.number(element["missed"]))
            let none = CoverageCollector.Branches(covered: 0, total: 0)
            switch element["type"] {
            case "LINE": collector.count(lines: count, branches: none, in: file)
            case "BRANCH": collector.count(lines: none, branches: count, in: file)
            default: break
            }
        default: break
        }
    }

    override func finish(_ name: String, _ text: String) {
        switch name {
        case "group": if !groups.isEmpty { groups.removeLast() }
        case "sourcefile": file = nil
        default: break
        }
    }
}
