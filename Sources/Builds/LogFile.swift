// SPDX-License-Identifier: Apache-2.0

internal import ControlGroups
internal import Files
internal import Glibc

/// The file of a log: it takes what comes until a limit is reached, and of the rest the end, which is written last.
///
/// It is only ever appended to, so that those who follow it see nothing twice and miss nothing that is there; but on a full disk
/// its end gives way to the word that the build ends for that.
final class LogFile {
    /// How much of the end is kept at the most.
    private static let longestEnd = 1 << 20

    private let file: Descriptor
    private let limitBytes: Int
    /// Bytes that may still be written at once.
    private var room: Int
    /// What has come since there is no room; nil while there is.
    private var end: RecentBytes?
    private var lastByte = UInt8(ascii: "\n")
    /// How many bytes have come in all.
    ///
    /// As long as there is room, that is where in the file the next one goes.
    private(set) var position: Int

    /// Opens it for appending; it is made when it is missing.
    init(path: String, limitBytes: Int) throws(FileError) {
        file = try ForeignFile.open(path, O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
        self.limitBytes = limitBytes
        position = Int(try file.status().st_size)
        room = max(0, limitBytes - min(Self.longestEnd, limitBytes / 4) - position)
    }

    /// Whether what comes now is kept for the end, or left out.
    var isFull: Bool { end != nil }

    /// Writes bytes, or keeps them.
    func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        guard let last = unsafe bytes.last else { return }
        position += bytes.count
        if isFull {
            unsafe end?.append(bytes)
            return
        }
        if bytes.count <= room {
            room -= bytes.count
            lastByte = last
            return try unsafe file.writeAll(bytes)
        }
        try unsafe file.writeAll(UnsafeRawBufferPointer(rebasing: bytes[..<room]))
        if room > 0 { unsafe lastByte = bytes[room - 1] }
        try note(
            "The log has reached its limit of \(ResourceLimits.text(bytes: Int64(limitBytes))): what comes now is left out, "
                + "but for the end, which is written when the build is over"
        )
        var end = RecentBytes(capacity: max(1, min(Self.longestEnd, limitBytes / 4)))
        unsafe end.append(UnsafeRawBufferPointer(rebasing: bytes[room...]))
        self.end = end
    }

    /// Writes an array's bytes, or keeps them.
    func write(_ bytes: [UInt8]) throws(FileError) {
        let result: Result<Void, FileError> = unsafe bytes.withUnsafeBytes { buffer in
            do throws(FileError) {
                return .success(try unsafe write(buffer))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// The last bytes that have come; only those that came since the log is full.
    func last(_ limit: Int) -> [UInt8] {
        end?.bytes(limit: limit) ?? []
    }

    /// Writes how much was left out, and the end; nothing is kept back from then on.
    func finish() throws(FileError) {
        guard let end else { return }
        self.end = nil
        room = .max
        var bytes = end.bytes()[...]
        if end.count > bytes.count {
            // Whole lines, where there are any.
            if let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n")), lineEnd + 1 < bytes.endIndex {
                bytes = bytes[(lineEnd + 1)...]
            }
            try note("\(end.count - bytes.count) bytes are left out here")
        }
        try file.writeAll(Array(bytes))
    }

    /// Takes away the last bytes of the file, and what is kept for its end.
    func cut(_ count: Int) {
        end = nil
        room = .max
        guard let size = try? file.status().st_size else { return }
        let rest = max(0, Int(size) - count)
        if ftruncate(file.number, off_t(rest)) == 0 { position = rest }
    }

    /// Writes a line of the agent's, whatever the limit.
    private func note(_ text: String) throws(FileError) {
        try file.writeAll((lastByte == UInt8(ascii: "\n") ? "" : "\n") + BuildLog.agentLine(text))
        lastByte = UInt8(ascii: "\n")
    }
}
