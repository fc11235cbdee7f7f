// SPDX-License-Identifier: Apache-2.0

/// The ways in which report files write how long something took; all give nanoseconds, 0 for what is no duration.
enum Durations {
    private static let limit = 1e18

    /// Seconds such as `0.012`, `1,234.5` (Surefire's thousands), `0,012` (a comma as decimal point) or `1.2E-4`.
    static func seconds(_ text: String?) -> Int64 {
        scaled(text, by: 1e9)
    }

    /// Milliseconds.
    static func milliseconds(_ text: String?) -> Int64 {
        scaled(text, by: 1e6)
    }

    /// A .NET `TimeSpan`, `[d.]hh:mm:ss[.fffffff]`.
    static func timeSpan(_ text: String?) -> Int64 {
        guard let text else { return 0 }
        var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let minutes = Double(parts[1]), let seconds = Double(parts[2]) else { return 0 }
        var days = 0.0
        if let dot = parts[0].firstIndex(of: ".") {
            days = Double(parts[0][..<dot]) ?? 0
            parts[0] = String(parts[0][parts[0].index(after: dot)...])
        }
        guard let hours = Double(parts[0]) else { return 0 }
        return whole((days * 86_400 + hours * 3600 + minutes * 60 + seconds) * 1e9)
    }

    private static func scaled(_ text: String?, by factor: Double) -> Int64 {
        guard let text else { return 0 }
        let plain = text.utf8.contains(UInt8(ascii: ",")) ? withoutCommas(text) : text
        guard let value = Double(plain) ?? Double(plain.filter { $0 != " " && $0 != "s" }) else { return 0 }
        return whole(value * factor)
    }

    static func whole(_ nanoseconds: Double) -> Int64 {
        guard nanoseconds > 0 else { return 0 }
        return nanoseconds < limit ? Int64(nanoseconds.rounded()) : Int64(limit)
    }

    /// A comma is a decimal point only where it is the only mark and no group of thousands follows it.
    private static func withoutCommas(_ text: String) -> String {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let isDecimal =
            parts.count == 2 && !text.contains(".") && (parts[1].count != 3 || parts[0].isEmpty || parts[0] == "0")
        return parts.joined(separator: isDecimal ? "." : "")
    }
}
