// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Reads an archive of `TarWriter` from its beginning to its end, in bounded memory.
///
/// Other archives may hold what it does not know, and are refused: a backup is never made by another program.
final class TarReader {
    private static let bufferBytes = 1 << 20

    /// Where the next byte to be read lies.
    private(set) var offset: Int64 = 0
    private let input: Descriptor
    private var buffer = [UInt8](repeating: 0, count: bufferBytes)
    private var start = 0
    private var end = 0
    /// Of the entry given last: what has not been read, padding included.
    private var contentLeft: Int64 = 0
    private var paddingLeft = 0
    /// The last entry that was whole, for messages.
    private var lastName: String?

    /// Takes over a file that stands at its beginning.
    init(_ input: consuming Descriptor) {
        self.input = input
    }

    /// The next entry, whatever of the last one has been read; nil at the end.
    func next() throws(BackupError) -> TarEntry? {
        try skip(contentLeft + Int64(paddingLeft))
        contentLeft = 0
        paddingLeft = 0
        var records: [UInt8]?
        while true {
            let place = offset
            switch TarHeader.read(try take(TarHeader.blockSize)) {
            case nil:
                throw BackupError(.damaged, "the backup is damaged at byte \(place), \(after)")
            case .end?:
                if records != nil { throw BackupError(.damaged, "the backup is damaged at byte \(place), \(after)") }
                return nil
            case .records(let size)?:
                guard records == nil, size <= TarHeader.extensionLimit else {
                    throw BackupError(.damaged, "the backup is damaged at byte \(place), \(after)")
                }
                records = try take(Int(size))
                _ = try take(TarHeader.paddingCount(after: size))
            case .entry(var entry)?:
                guard TarHeader.apply(records ?? [], to: &entry), entry.isSafe else {
                    throw BackupError(
                        .damaged,
                        "the backup is damaged at byte \(place), \(after): the entry's name or size cannot be"
                    )
                }
                if entry.kind != .file { entry.size = 0 }
                contentLeft = entry.size
                paddingLeft = TarHeader.paddingCount(after: entry.size)
                lastName = entry.name
                return entry
            }
        }
    }

    /// Hands over the bytes of the entry given last, piece by piece.
    func content(_ receive: (ArraySlice<UInt8>) throws(BackupError) -> Void) throws(BackupError) {
        while contentLeft > 0 {
            if start == end, try !fill() { throw cutShort() }
            let count = Int(min(contentLeft, Int64(end - start)))
            try receive(buffer[start..<(start + count)])
            start += count
            offset += Int64(count)
            contentLeft -= Int64(count)
        }
    }

    private var after: String { lastName.map { "after the entry \($0)" } ?? "at its beginning" }

    private func cutShort() -> BackupError {
        BackupError(.damaged, "the backup is cut short: it ends at byte \(offset), \(after)")
    }

    private func take(_ count: Int) throws(BackupError) -> [UInt8] {
        var result: [UInt8] = []
        while result.count < count {
            if start == end, try !fill() { throw cutShort() }
            let more = min(count - result.count, end - start)
            result += buffer[start..<(start + more)]
            start += more
            offset += Int64(more)
        }
        return result
    }

    private func skip(_ count: Int64) throws(BackupError) {
        let buffered = min(count, Int64(end - start))
        start += Int(buffered)
        offset += count
        let left = count - buffered
        guard left > 0 else { return }
        // Beyond the end it is noticed by the next reading.
        if lseek(input.number, Int(left), SEEK_CUR) < 0 {
            throw BackupError(FileError(code: errno, function: "lseek"), "the backup cannot be read")
        }
    }

    private func fill() throws(BackupError) -> Bool {
        let count: Int
        do throws(FileError) {
            count = try FileError.check("read") {
                unsafe buffer.withUnsafeMutableBytes { unsafe read(input.number, $0.baseAddress, $0.count) }
            }
        } catch {
            throw BackupError(error, "the backup cannot be read")
        }
        start = 0
        end = count
        return count > 0
    }
}
