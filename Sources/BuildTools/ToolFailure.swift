// SPDX-License-Identifier: Apache-2.0

/// Why a tool ends with an exit code other than 0.
struct ToolFailure: Error, Hashable, Sendable {
    /// 2 for wrong usage, else 1.
    let code: Int32
    let message: String

    /// Something that was asked for cannot be had.
    init(_ message: String) {
        code = 1
        self.message = message
    }

    /// The arguments make no sense.
    static func usage(_ message: String) -> ToolFailure {
        ToolFailure(code: 2, message: message)
    }

    private init(code: Int32, message: String) {
        self.code = code
        self.message = message
    }
}
