// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import Files
import Glibc

/// Where logs are written: byte for byte into files and pipes, and to a person's terminal without what could harm it.
///
/// A terminal gets the colours; whatever else moves the cursor, sets titles or reaches for the clipboard is shown instead.
struct LogOutput {
    private static let resetColors = "\u{1B}[0m"

    private let output: BorrowedOutput
    private var filter: TerminalFilter?

    init(_ context: VerbContext) {
        output = context.output
        if context.isTerminal { filter = TerminalFilter(keepsColors: true) }
    }

    mutating func write(_ bytes: ArraySlice<UInt8>) {
        output.write(filter?.feed(bytes)[...] ?? bytes)
    }

    /// To be called where a log ends; more may follow.
    mutating func finish() {
        guard let rest = filter?.finish() else { return }
        output.write(rest[...])
        output.write(Self.resetColors)
    }
}
