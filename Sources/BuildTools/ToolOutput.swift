// SPDX-License-Identifier: Apache-2.0

internal import Files

/// Where a tool writes.
struct ToolOutput: Sendable {
    static let standard = ToolOutput(
        result: { BorrowedOutput.standardOutput.write($0) },
        complaint: { BorrowedOutput.standardError.write($0) }
    )

    private let result: @Sendable (String) -> Void
    private let complaint: @Sendable (String) -> Void

    init(result: @escaping @Sendable (String) -> Void, complaint: @escaping @Sendable (String) -> Void) {
        self.result = result
        self.complaint = complaint
    }

    /// Writes a line of the result.
    func print(_ line: String) {
        result(line + "\n")
    }

    /// Writes lines of the result at once.
    func print(_ lines: [String]) {
        if !lines.isEmpty { result(lines.joined(separator: "\n") + "\n") }
    }

    /// Writes a line for the person.
    func complain(_ line: String) {
        complaint(line + "\n")
    }
}
