// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import JSON

/// What a supervisor waits for on its standard input: the word that its folder is ready, and the secrets of the build.
package enum BuildGate {
    /// The message of whoever has prepared the folder: `g`, the length of what follows in decimal, a line break, JSON.
    package static func message(_ secrets: SecretValues) throws -> [UInt8] {
        let payload = secrets.entries.isEmpty ? [] : try JSONText.encode(secrets)
        return Array("g\(payload.count)\n".utf8) + payload
    }

    /// Waits until the folder is ready.
    ///
    /// - Returns: nil when whoever prepared it has given up.
    package static func wait() -> SecretValues? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return nil }
            bytes += chunk[..<count]
            if let secrets = content(of: bytes) { return secrets }
        }
    }

    /// The content of a whole message; nil while some of it is missing.
    private static func content(of bytes: [UInt8]) -> SecretValues? {
        guard bytes.first == UInt8(ascii: "g"), let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
            let length = Int(String(decoding: bytes[1..<end], as: UTF8.self)), bytes.count == end + 1 + length
        else { return nil }
        if length == 0 { return SecretValues() }
        return try? JSONText.decode(SecretValues.self, from: Array(bytes[(end + 1)...]))
    }
}
