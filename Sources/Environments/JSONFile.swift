// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import JSON

/// Values in files that are there whole or not at all.
enum JSONFile {
    /// Reads a value; nil where there is no such file.
    /// - Throws: `system` for a file that cannot be read or is not what it should be.
    static func read<Value: Decodable>(_ type: Value.Type, _ path: String) throws(EnvironmentsError) -> Value? {
        do {
            return try JSONText.decode(type, from: try AtomicFile.read(path, limit: 16 << 20))
        } catch let error as FileError where error.code == ENOENT || error.code == ENOTDIR {
            return nil
        } catch let error as FileError {
            throw EnvironmentsError(.system, "\(path) cannot be read: \(error)")
        } catch {
            throw EnvironmentsError(
                .system,
                "\(path) is damaged: \(error). Nothing was changed. Restore it from a backup; or move it away, and make or deploy "
                    + "again what it was of."
            )
        }
    }

    /// Replaces a file.
    static func write(
        _ value: some Encodable,
        _ path: String,
        isDurable: Bool = false
    ) throws(EnvironmentsError) {
        do {
            // For the owner alone: variables may hold what is nobody else's business.
            let bytes = try JSONText.encode(value, isPretty: true) + [UInt8(ascii: "\n")]
            try AtomicFile.write(bytes, to: path, mode: 0o600, isDurable: isDurable)
        } catch {
            throw EnvironmentsError(.system, "\(path) cannot be written: \(error)")
        }
    }
}
