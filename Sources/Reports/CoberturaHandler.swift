// SPDX-License-Identifier: Apache-2.0

internal import XML

/// COBERTURAXML: Cobertura's own, coverage.py's, gcovr's, Coverlet's, Istanbul's.
final class CoberturaHandler: CoverageHandler {
    private var file: Int?

    init(_ collector: CoverageCollector) {
        super.init(collector, roots: ["coverage"])
    }

    override func start(_ element: XMLElement) throws(XMLError) {
        switch element.name {
        case "project" where depth == 2:
            throw XMLError(.refused, "expected element type <packages> but have <project>")
        case "class":
            file = element["filename"].map { collector.open($0) }
        case "line":
            guard let file, let number = element["number"].flatMap({ Int($0) }) else { return }
            collector.line(number, isCovered: Self.number(element["hits"]) > 0, in: file)
            guard element["branch"]?.lowercased() == "true", let condition = element["condition-coverage"],
                let (covered, total) = Self.fraction(condition)
            else { return }
            collector.branches(covered, of: total, at: number, in: file)
        default: break
        }
    }

    override func finish(_ name: String, _ text: String) {
        if name == "class" { file = nil }
    }

    /// Reads `50% (1/2)`.
    private static func fraction(_ text: String) -> (Int, Int)? {
        guard let open = text.firstIndex(of: "("), let slash = text.lastIndex(of: "/"), open < slash,
            let close = text.lastIndex(of: ")"), slash < close,
            let covered = Int(text[text.index(after: open)..<slash].filter { $0 != " " }),
            let total = Int(text[text.index(after: slash)..<close].filter { $0 != " " }),
            (0...limit).contains(total), (0...total).contains(covered)
        else { return nil }
        return (covered, total)
    }
}
