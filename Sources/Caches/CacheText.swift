// SPDX-License-Identifier: Apache-2.0

/// Counts, sizes and ages as people read them in a log.
enum CacheText {
    /// `1 file`, `1,234 files`.
    static func files(_ count: Int) -> String {
        "\(grouped(count)) \(count == 1 ? "file" : "files")"
    }

    /// `512 B`, `3.4 KB`, `56.7 MB`: decimal units.
    static func size(_ bytes: Int) -> String {
        if bytes < 1000 { return "\(bytes) B" }
        var tenths = bytes / 100
        var units = ["KB", "MB", "GB", "TB"][...]
        while tenths >= 10_000, units.count > 1 {
            tenths /= 1000
            units = units.dropFirst()
        }
        return "\(grouped(tenths / 10)).\(tenths % 10) \(units.first ?? "TB")"
    }

    /// How long ago: `5 seconds old`, `3 minutes old`, `2 hours old`, `4 days old`.
    static func age(milliseconds: Int) -> String {
        let seconds = max(milliseconds, 0) / 1000
        let (count, unit) =
            switch seconds {
            case ..<60: (seconds, "second")
            case ..<3600: (seconds / 60, "minute")
            case ..<86_400: (seconds / 3600, "hour")
            default: (seconds / 86_400, "day")
            }
        return "\(grouped(count)) \(unit)\(count == 1 ? "" : "s") old"
    }

    /// `files(…), size, age`, as it stands in brackets behind a key.
    static func summary(_ manifest: PackManifest, now: Int) -> String {
        "\(files(manifest.fileCount)), \(size(manifest.contentBytes)), \(age(milliseconds: now - manifest.savedAt))"
    }

    private static func grouped(_ number: Int) -> String {
        var result = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { result.append(",") }
            result.append(digit)
        }
        return String(result.reversed())
    }
}
