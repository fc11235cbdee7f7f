// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Glibc

/// The daemon's own log: one line an entry, the message constant, the data as `key=value`.
///
/// error: we could not do what was asked. warning: done, but someone should look. notice: state changes an operator wants.
package struct DaemonLog: Sendable {
    package enum Level: String, Sendable {
        case error
        case warning
        case notice
    }

    /// Where a finished line goes, without its end of line.
    private let sink: @Sendable (String) -> Void

    /// - Parameter sink: takes each line; standard error unless told otherwise.
    package init(sink: @escaping @Sendable (String) -> Void = Self.writeToStandardError) {
        self.sink = sink
    }

    /// Writes an entry.
    package func write(_ level: Level, _ message: String, _ metadata: KeyValuePairs<String, String> = [:]) {
        var line = "\(Timestamp.now().text) \(level.rawValue) \(message)"
        for (key, value) in metadata { line += " \(key)=\(Self.field(value))" }
        sink(line)
    }

    /// Writes the line at once, in one call.
    package static let writeToStandardError: @Sendable (String) -> Void = { line in
        let bytes = Array("\(line)\n".utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// A value as one word: quoted when it holds anything but plain characters, control characters made visible.
    private static func field(_ value: String) -> String {
        let isPlain = !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
        if isPlain { return value }
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case "\n": text += "\\n"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
