// SPDX-License-Identifier: Apache-2.0

/// Sizes, durations and percentages, as the configuration file writes them.
enum SettingsQuantity {
    private static let sizes: [String: Int64] = [
        "": 1, "B": 1,
        "kB": 1_000, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
        "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
    ]
    private static let durations: [String: Int64] = [
        "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000, "y": 365 * 86_400_000,
    ]
    /// Larger ones overflow sums, and no machine has them.
    private static let most: Int64 = 1 << 60

    /// Reads `50GB`, `1.5 TB`, `64MiB`, `1000`; nil for anything else.
    static func bytes(_ text: String) -> Int64? { quantity(text, units: sizes) }

    /// Reads `30d`, `12h`, `1y`; nil for anything else, and for less than a second.
    static func milliseconds(_ text: String) -> Int64? {
        quantity(text, units: durations).flatMap { $0 >= 1000 ? $0 : nil }
    }

    /// Reads `5%`, `0.5%`; nil for anything else, and for all there is.
    static func share(_ text: String) -> Double? {
        guard text.hasSuffix("%"), let number = number(text.dropLast()), number < 100 else { return nil }
        return number / 100
    }

    private static func quantity(_ text: String, units: [String: Int64]) -> Int64? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        var unit = text[digits.endIndex...]
        if unit.first == " " { unit.removeFirst() }
        guard let factor = units[String(unit)] else { return nil }
        if let whole = Int64(digits) {
            let (product, overflows) = whole.multipliedReportingOverflow(by: factor)
            return overflows || product > most ? nil : product
        }
        guard let number = number(digits), number * Double(factor) <= Double(most) else { return nil }
        return Int64(number * Double(factor))
    }

    /// A decimal number without sign and exponent.
    private static func number(_ text: Substring) -> Double? {
        guard let first = text.first, first.isNumber, text.last != ".",
            text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") })
        else { return nil }
        return Double(text)
    }
}

/// The same written.
extension SettingsQuantity {
    /// In the largest unit that it is whole in.
    static func text(milliseconds: Int64) -> String {
        let units: [(String, Int64)] = [("y", 365 * 86_400_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000)]
        for (unit, length) in units where milliseconds % length == 0 { return "\(milliseconds / length)\(unit)" }
        return "\(milliseconds / 1000)s"
    }

    static func text(share: Double) -> String {
        let percent = (share * 1e8).rounded() / 1e6
        return percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%"
    }
}
