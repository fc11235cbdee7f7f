// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Masks

/// The log file of a build: the commands' output as it comes, and the agent's own lines between.
final class BuildLog {
    /// Pieces from this size on are written by themselves; smaller ones are put together.
    private static let largePiece = 4096
    /// Room for output at first: every page that is touched costs a program that has just started.
    private static let firstBuffer = 8 * 1024
    /// Room for output as soon as so much comes at once.
    private static let largestBuffer = 256 * 1024
    /// What a full disk takes from the log's end.
    private static let cutBytes = 128 * 1024

    /// Hides the build's secrets in everything that is written from now on; nil: there are none.
    var mask: SecretMask?

    private let file: LogFile
    private var buffer: [UInt8]
    /// Whether the last piece has filled the buffer.
    private var isBusy = false
    /// Small pieces of masked output that are still to be written.
    private var pieces: [UInt8] = []

    /// How long a log may be where nothing else is said: 1 GiB.
    static let standardLimitBytes = 1 << 30

    /// Opens the log for appending; it is made when it is missing.
    ///
    /// * `limitBytes`: how long it may be, a line or two aside; of what is more than that the middle is left out.
    init(path: String, limitBytes: Int = standardLimitBytes) throws(FileError) {
        file = try LogFile(path: path, limitBytes: limitBytes)
        buffer = [UInt8](repeating: 0, count: Self.firstBuffer)
    }

    /// How many bytes have been written so far, those that were left out counted.
    var position: Int { file.position }

    /// Whether the limit has been reached.
    var isFull: Bool { file.isFull }

    /// The last bytes that were written since the limit has been reached.
    func last(_ limit: Int) -> [UInt8] {
        file.last(limit)
    }

    /// Writes what a log beyond its limit ends with; to be called when the build is over.
    func finish() throws(FileError) {
        try file.finish()
        tell()
    }

    /// A line of the agent's: `[Container] 2026/03/01 12:34:56.789012 TEXT`.
    static func agentLine(_ text: String) -> String {
        "[Container] \(Timestamp.logText(microseconds: Timestamp.microsecondsNow())) \(text)\n"
    }

    /// Writes one line of the agent's.
    func agent(_ text: String) throws(FileError) {
        try file.write(Array(Self.agentLine(masked(text)).utf8))
        tell()
    }

    /// Writes text as it is, secrets aside.
    func raw(_ text: String) throws(FileError) {
        try file.write(Array(masked(text).utf8))
        tell()
    }

    /// Writes the empty line after a command's output.
    ///
    /// Nobody is told: the agent's next line comes at once.
    func endOutput() throws(FileError) {
        try file.write([UInt8(ascii: "\n")])
    }

    /// Gives up the log's end, for what else must be written where no space is left, and says so.
    func cut(saying text: String) {
        pieces.removeAll()
        file.cut(Self.cutBytes)
        try? raw("\n")
        try? agent(text)
    }

    /// A text as it may be shown outside the build.
    func masked(_ text: String) -> String {
        mask?.masked(text) ?? text
    }

    /// Moves what waits in a non-blocking pipe to the log, at most one buffer of it.
    ///
    /// With a mask, what may be the beginning of a secret at the end stays back until more comes or `flushMask`.
    ///
    /// * `limit`: the most bytes to take.
    ///
    /// - Returns: how many; 0 when nothing waits.
    func take(from pipe: borrowing Descriptor, limit: Int = .max) throws(FileError) -> Int {
        if isBusy, buffer.count < Self.largestBuffer {
            buffer = [UInt8](repeating: 0, count: Self.largestBuffer)
        }
        let wanted = min(limit, buffer.count)
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(pipe.number, $0.baseAddress, wanted) }
        if count < 0 {
            if errno == EAGAIN || errno == EINTR { return 0 }
            throw FileError(code: errno, function: "read", path: "the output pipe")
        }
        isBusy = count == buffer.count
        if mask != nil {
            try mask?.mask(buffer.span.extracting(0..<count)) { piece throws(FileError) in try put(piece) }
            try writePieces()
            tell()
            return count
        }
        let written: Result<Void, FileError> = unsafe buffer.withUnsafeBytes { bytes in
            do throws(FileError) {
                return .success(try unsafe file.write(UnsafeRawBufferPointer(rebasing: bytes[..<count])))
            } catch {
                return .failure(error)
            }
        }
        try written.get()
        tell()
        return count
    }

    /// Writes what the mask has kept back; to be called when a command has ended and its output has been taken.
    ///
    /// * `mayGoOn`: whether the rest of a secret that has begun may still come; then the beginning is not shown.
    func flushMask(mayGoOn: @autoclosure () -> Bool = false) throws(FileError) {
        guard mask?.isHolding ?? false else { return }
        if mayGoOn() {
            try mask?.conceal { piece throws(FileError) in try put(piece) }
        } else {
            try mask?.flush { piece throws(FileError) in try put(piece) }
        }
        if pieces.isEmpty { return }
        try writePieces()
        tell()
    }

    /// Writes a piece of masked output, small ones later.
    private func put(_ piece: borrowing Span<UInt8>) throws(FileError) {
        if piece.count < Self.largePiece {
            for index in piece.indices { pieces.append(piece[index]) }
            if pieces.count >= Self.largestBuffer { try writePieces() }
        } else {
            try writePieces()
            try unsafe piece.withUnsafeBytes { bytes throws(FileError) in try unsafe file.write(bytes) }
        }
    }

    private func writePieces() throws(FileError) {
        if pieces.isEmpty { return }
        try file.write(pieces)
        pieces.removeAll(keepingCapacity: true)
    }

    /// Tells whoever started the supervisor that the log has grown.
    func tell() {
        var byte = UInt8(ascii: "\n")
        // A full pipe says it already, and without a reader nobody needs to know.
        _ = unsafe write(STDOUT_FILENO, &byte, 1)
    }
}
