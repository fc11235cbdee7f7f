// SPDX-License-Identifier: Apache-2.0

/// Writes how many bytes something has.
package enum ByteText {
    private static let units = ["kB", "MB", "GB", "TB", "PB", "EB"]

    /// Decimal units with one decimal place: "1 byte", "999 bytes", "12.3 MB"; 0 for less than nothing.
    package static func text(_ bytes: Int64) -> String {
        let bytes = max(0, bytes)
        if bytes < 1_000 { return bytes == 1 ? "1 byte" : "\(bytes) bytes" }
        var tenths = bytes / 100 + (bytes % 100 < 50 ? 0 : 1)
        var unit = 0
        // What would be written as 1000.0 is 1.0 of the next.
        while tenths >= 10_000, unit < units.count - 1 {
            tenths = (tenths + 500) / 1_000
            unit += 1
        }
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
