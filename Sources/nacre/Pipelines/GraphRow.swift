// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Diagnostics

/// A line of the graph of a pipeline: a stage, or an action of it.
struct GraphRow: Hashable {
    /// What stands before the mark: nothing for a stage; a bracket joins actions that run side by side.
    var lead: String
    var mark: GraphMark
    var name: String
    var status: String
    var took: String
    /// On one line.
    var detail: String

    /// Lays out rows for a terminal of a width; nil: nothing is cut.
    static func text(_ rows: [GraphRow], width: Int?, usesColor: Bool) -> String {
        let table = TableFormatter(
            columns: [.init(""), .init(""), .init("", isRightAligned: true), .init("", canShrink: true)],
            showsHeader: false
        )
        let cells = rows.map { row in
            ["\(row.lead)\(row.mark.rawValue) \(row.name)", row.status, row.took, row.detail].map {
                TerminalText.visible($0)
            }
        }
        let text = table.text(cells, width: width)
        return usesColor ? GraphMark.painted(text) : text
    }
}

extension String {
    /// The first line that is not empty, for places that have one line only.
    var firstLine: String {
        split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) }.map(String.init) ?? ""
    }
}
