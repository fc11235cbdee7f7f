// SPDX-License-Identifier: Apache-2.0

/// Lays out rows of texts in columns without borders.
package struct TableFormatter: Sendable {
    /// The columns, from left to right.
    package var columns: [Column]
    /// Whether the headers are shown; never for an empty table.
    package var showsHeader: Bool

    /// One column.
    package struct Column: Sendable, Hashable {
        /// The text above it.
        package var header: String
        /// Whether its texts stand at its right edge, as numbers do.
        package var isRightAligned: Bool
        /// Whether its texts may be cut with `…` where the terminal is too narrow.
        package var canShrink: Bool

        package init(_ header: String, isRightAligned: Bool = false, canShrink: Bool = false) {
            self.header = header
            self.isRightAligned = isRightAligned
            self.canShrink = canShrink
        }
    }

    private static let gap = 2
    /// What a column that may be cut keeps.
    private static let least = 8

    package init(columns: [Column], showsHeader: Bool = true) {
        self.columns = columns
        self.showsHeader = showsHeader
    }

    /// Lays out rows; control characters in them are made visible.
    /// - Parameters:
    ///   - rows: each with one text a column.
    ///   - width: the columns of the terminal; nil where there is none, and nothing is cut.
    /// - Returns: lines with a newline after each and no spaces at their ends; empty for no rows.
    package func text(_ rows: [[String]], width: Int? = nil) -> String {
        if rows.isEmpty { return "" }
        let lines = (showsHeader ? [columns.map(\.header)] : []) + rows.map { $0.map(\.visible) }
        precondition(lines.allSatisfy { $0.count == columns.count }, "a row has another number of texts than columns")
        var widths = columns.indices.map { column in lines.map { $0[column].terminalColumns }.max() ?? 0 }
        if let width { shrink(&widths, to: width) }
        var result = ""
        for line in lines {
            var text = ""
            for (column, cell) in line.enumerated() {
                if column > 0 { text += String(repeating: " ", count: Self.gap) }
                let cell = cell.truncated(to: widths[column])
                if columns[column].isRightAligned {
                    text += String(repeating: " ", count: widths[column] - cell.terminalColumns) + cell
                } else {
                    text += cell.padded(to: widths[column])
                }
            }
            while text.last == " " { text.removeLast() }
            result += text + "\n"
        }
        return result
    }

    /// Takes from the widest column that may be cut until all fit, or no more can be taken.
    private func shrink(_ widths: inout [Int], to width: Int) {
        var excess = widths.reduce(0, +) + Self.gap * (columns.count - 1) - width
        while excess > 0 {
            let candidates = columns.indices.filter { columns[$0].canShrink && widths[$0] > Self.least }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[widest] -= 1
            excess -= 1
        }
    }
}
