// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Finds damage in a write-ahead log that SQLite would pass over in silence.
///
/// SQLite takes the first frame that is not what was written for the log's end. After a power cut it is: what follows then is
/// at most the one transaction that nobody was told of, since each is on the disk before the next is written. Two
/// transactions that follow each other behind such a frame, the later one summed up on the earlier one, were therefore both
/// acknowledged once, and the frame is damaged.
///
/// Source: <https://www.sqlite.org/fileformat2.html#walformat>.
struct WriteAheadLog {
    private static let headerSize = 32
    private static let frameHeaderSize = 24
    /// The first bytes of a log whose sums are over little-endian words; over big-endian ones, one more.
    private static let magic: UInt32 = 0x377f_0682
    /// A log that another connection writes looks damaged for a moment; one that is damaged stays so.
    private static let readings = 3

    /// Where a log is damaged.
    struct Damage: Equatable {
        /// How many transactions would be lost, at the least.
        var transactions: Int
        /// Up to where the log is whole.
        var wholeBytes: Int
    }

    /// The path of the log.
    let path: String
    /// Of the database, for a log that does not say any more.
    let pageSize: Int

    /// Refuses the log of a database when transactions that were acknowledged would be lost by opening it.
    /// - Throws: `damaged` with what can be done; `inaccessible` when the log cannot be read.
    static func check(of database: String) throws(SQLiteError) {
        let path = "\(database)-wal"
        if unsafe access(path, F_OK) != 0 { return }
        // A file that is no database is refused by its own text.
        guard let header = try? DatabaseHeader(of: database) else { return }
        let log = WriteAheadLog(path: path, pageSize: header.pageSize)
        var found: Damage?
        for _ in 0..<readings {
            guard let damage = try log.damage(), found == nil || found?.wholeBytes == damage.wholeBytes else { return }
            found = damage
            usleep(10_000)
        }
        guard let damage = found else { return }
        throw SQLiteError(
            code: 11,
            message: """
                its write-ahead log \(path) is damaged after byte \(damage.wholeBytes), and at least \
                \(damage.transactions) transactions behind it that were acknowledged would be lost (to give them up \
                knowingly: `truncate -s \(damage.wholeBytes) \(path)`)
                """
        )
    }

    /// Reads the whole log.
    /// - Returns: nil when opening it loses nothing that was acknowledged.
    func damage() throws(SQLiteError) -> Damage? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            // The last connection has closed it meanwhile.
            if errno == ENOENT { return nil }
            throw DatabaseHeader.inaccessible()
        }
        defer { close(descriptor) }
        guard let header = try Self.read(Self.headerSize, from: descriptor) else { return nil }
        var reader = Reader(header, pageSize: pageSize)
        while let frame = try Self.read(Self.frameHeaderSize + reader.pageSize, from: descriptor) {
            reader.take(frame)
        }
        return reader.damage
    }

    /// - Returns: nil at the end of the file, and for what is less than asked for.
    private static func read(_ count: Int, from descriptor: Int32) throws(SQLiteError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let more = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress.map { unsafe $0 + filled }, count - filled)
            }
            if more == 0 { return nil }
            if more > 0 { filled += more } else if errno != EINTR { throw DatabaseHeader.inaccessible() }
        }
        return bytes
    }

    // MARK: - Frames

    /// A sum over words that goes on from one frame to the next.
    private struct Sum: Equatable {
        var first: UInt32 = 0
        var second: UInt32 = 0

        init() {}

        /// As a header has it, big-endian.
        init(_ bytes: ArraySlice<UInt8>) {
            first = WriteAheadLog.number(bytes.prefix(4))
            second = WriteAheadLog.number(bytes.dropFirst(4))
        }

        mutating func add(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) {
            unsafe bytes.withUnsafeBytes { buffer in
                // The sizes of headers and pages are multiples of eight.
                for offset in stride(from: 0, to: buffer.count & ~7, by: 8) {
                    let one = unsafe buffer.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
                    let two = unsafe buffer.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
                    first &+= (isBigEndian ? UInt32(bigEndian: one) : UInt32(littleEndian: one)) &+ second
                    second &+= (isBigEndian ? UInt32(bigEndian: two) : UInt32(littleEndian: two)) &+ first
                }
            }
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Takes one frame after the other.
    private struct Reader {
        let pageSize: Int
        private let isBigEndian: Bool
        /// Those of all frames since the log was begun anew; of a damaged header, those of the first frame.
        private var salts: ArraySlice<UInt8>?
        /// What the sum of the next frame goes on from; nil after a frame of other salts.
        private var sum: Sum?
        private var isWhole: Bool
        private var endsTransaction = false
        private var transactions = 0
        private var wholeBytes = WriteAheadLog.headerSize
        private var readBytes = WriteAheadLog.headerSize

        init(_ header: [UInt8], pageSize: Int) {
            var computed = Sum()
            isBigEndian = WriteAheadLog.number(header[0..<4]) == WriteAheadLog.magic | 1
            computed.add(header[0..<24], isBigEndian: isBigEndian)
            let stored = Sum(header[24..<32])
            isWhole = WriteAheadLog.number(header[0..<4]) | 1 == WriteAheadLog.magic | 1 && computed == stored
            self.pageSize = isWhole ? Int(WriteAheadLog.number(header[8..<12])) : pageSize
            salts = isWhole ? header[16..<24] : nil
            sum = isWhole ? stored : nil
        }

        /// Nil while nothing is behind the whole part that was acknowledged.
        var damage: Damage? {
            transactions == 0 ? nil : Damage(transactions: transactions, wholeBytes: wholeBytes)
        }

        mutating func take(_ frame: [UInt8]) {
            readBytes += frame.count
            if salts == nil { salts = frame[8..<16] }
            let before = sum
            guard frame[8..<16] == salts else {
                isWhole = false
                sum = nil
                return
            }
            let stored = Sum(frame[16..<24])
            sum = stored
            var follows = false
            if var computed = before {
                computed.add(frame[0..<8], isBigEndian: isBigEndian)
                computed.add(frame[24...], isBigEndian: isBigEndian)
                follows = computed == stored
            }
            if isWhole, !follows {
                isWhole = false
                endsTransaction = false
            }
            // Whoever wrote this one knew that the transaction before it was on the disk.
            if !isWhole, follows, endsTransaction { transactions += 1 }
            endsTransaction = WriteAheadLog.number(frame[4..<8]) != 0
            if isWhole, endsTransaction { wholeBytes = readBytes }
        }
    }
}
