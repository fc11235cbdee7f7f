// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// The log of an environment: each line with its time and who wrote it; the file before the present one is kept.
final class ApplicationLog {
    /// How long the file may become; in bytes.
    static let limit = 10 << 20

    private let folder: EnvironmentFolder
    private let file: Descriptor
    private var size: Int
    private let rotatesAt: Int

    init(_ folder: EnvironmentFolder, rotatesAt: Int = ApplicationLog.limit) throws(FileError) {
        self.folder = folder
        self.rotatesAt = rotatesAt
        // Never opened anew: others that append to the file, such as this program's own standard error, go on with it.
        file = try Descriptor.open(folder.log, O_RDWR | O_CREAT | O_APPEND, mode: 0o600)
        size = Int(try file.status().st_size)
    }

    /// Appends lines, which have no line ends.
    func write(_ lines: [ArraySlice<UInt8>], from source: String) {
        var bytes: [UInt8] = []
        let head = Array("\(WallClock.text(WallClock.milliseconds())) \(source): ".utf8)
        for line in lines {
            bytes += head
            bytes += line
            bytes.append(10)
        }
        rotate(for: bytes.count)
        // A full disk must not end the application.
        try? file.writeAll(bytes)
        size += bytes.count
    }

    func write(_ line: String, from source: String) {
        write([Array(line.utf8)[...]], from: source)
    }

    private func rotate(for count: Int) {
        guard size + count > rotatesAt, size > 0 else { return }
        do throws(FileError) {
            let source = try Descriptor.open(folder.log, O_RDONLY)
            try FileMove.copy(source, to: folder.oldLog)
            try FileError.check("ftruncate", folder.log) { ftruncate(file.number, 0) }
        } catch {
            // Tried again after as much again.
        }
        size = 0
    }
}
