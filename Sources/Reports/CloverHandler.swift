// SPDX-License-Identifier: Apache-2.0

internal import XML

/// CLOVERXML: OpenClover's own, PHPUnit's, Istanbul's.
///
/// Lines that open a method are not counted, as in the format's own `statements`.
final class CloverHandler: CoverageHandler {
    private var file: Int?

    init(_ collector: CoverageCollector) {
        super.init(collector, roots: ["coverage"])
    }

    override func start(_ element: XMLElement) throws(XMLError) {
        switch element.name {
        case "packages" where depth == 2:
            throw XMLError(.refused, "expected element type <project> but have <packages>")
        case "file":
            file = (element["path"] ?? element["name"]).map { collector.open($0) }
        case "line":
            guard let file, let number = element["num"].flatMap({ Int($0) }) else { return }
            switch element["type"] {
            case "method": break
            case "cond": condition(element, number, file)
            default: collector.line(number, isCovered: Self.number(element["count"]) > 0, in: file)
            }
        default: break
        }
    }

    /// Counts a condition's branches.
    ///
    /// Clover tells how often a condition was true and how often false: two branches. Istanbul, which alone writes
    /// `count` beside them, tells how many branches were taken and how many not.
    private func condition(_ element: XMLElement, _ number: Int, _ file: Int) {
        let isTrue = Self.number(element["truecount"])
        let isFalse = Self.number(element["falsecount"])
        if let count = element["count"] {
            collector.line(number, isCovered: Self.number(count) > 0, in: file)
            collector.branches(isTrue, of: isTrue + isFalse, at: number, in: file)
        } else {
            collector.line(number, isCovered: isTrue + isFalse > 0, in: file)
            collector.branches((isTrue > 0 ? 1 : 0) + (isFalse > 0 ? 1 : 0), of: 2, at: number, in: file)
        }
    }

    override func finish(_ name: String, _ text: String) {
        if name == "file" { file = nil }
    }
}
