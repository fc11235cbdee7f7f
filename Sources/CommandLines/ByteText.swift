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

    /// Reads "512M", "2G", "1.5GiB", "100000": units of 1024, as podman and docker read them.
    ///
    /// - Returns: nil for anything else, for less than one byte and for what no machine has.
    package static func bytes(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        var unit = text[digits.endIndex...].lowercased()
        if unit.hasSuffix("ib") { unit.removeLast(2) } else if unit.hasSuffix("b") { unit.removeLast() }
        let powers: [String: Double] = ["": 0, "k": 10, "m": 20, "g": 30, "t": 40]
        guard let number = Double(digits), let power = powers[unit] else { return nil }
        var bytes = number
        for _ in 0..<Int(power) { bytes *= 2 }
        return bytes >= 1 && bytes < 0x1p60 ? Int64(bytes) : nil
    }
}
