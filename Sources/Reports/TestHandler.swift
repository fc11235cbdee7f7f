// SPDX-License-Identifier: Apache-2.0

internal import XML

/// Reads a format of test cases.
class TestHandler: ElementHandler {
    /// Takes each case as soon as it is whole.
    var found: (TestCase) -> Void = { _ in }

    /// The first text, and the second where it says more, without space around.
    static func message(_ short: String, _ long: String) -> String {
        let short = short.trimmed
        let long = long.trimmed
        if short.isEmpty || long.hasPrefix(short) { return long }
        return long.isEmpty ? short : "\(short)\n\(long)"
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        let bytes = utf8
        guard let first = bytes.firstIndex(where: { $0 > 0x20 }), let last = bytes.lastIndex(where: { $0 > 0x20 })
        else {
            return ""
        }
        return String(self[first...last])
    }
}
