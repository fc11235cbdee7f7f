// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Does the jobs of one thread.
final class ZipWorker {
    private let inputs: [ZipInput]
    private let deflater: Deflater
    private let buffer = ByteBuffer(count: Deflater.pieceLimitBytes)
    private var folders = SourceFolders()

    /// Makes a worker; nil when memory is short.
    init?(_ inputs: [ZipInput]) {
        guard let deflater = Deflater() else { return nil }
        self.inputs = inputs
        self.deflater = deflater
    }

    /// Reads, sums and compresses what a job is about.
    func result(of job: ZipJob) throws(ZipError) -> ZipPiece {
        switch job {
        case .failure(let error): throw error
        case .entries(let range):
            var piece = ZipPiece()
            for index in range { try append(index, to: &piece) }
            return piece
        case .piece(let long, let start, let count, let purpose):
            return try part(of: long, start: start, count: count, purpose)
        }
    }

    /// Makes one whole entry: its header, then its data.
    private func append(_ index: Int, to piece: inout ZipPiece) throws(ZipError) {
        let input = inputs[index]
        let source = try OpenSource(input, in: &folders)
        guard source.size <= Deflater.pieceLimitBytes else { throw source.changed("it grew while it was read") }
        var record = ZipRecord(entry: index, method: .stored, offset: piece.bytes.count, mode: source.mode)
        record.size = source.size
        let isLink = source.mode & S_IFMT == S_IFLNK
        let deflater = deflater
        // The header names the sizes, so the data are made first.
        unsafe try source.withBytes(start: 0, count: source.size, buffer: buffer.bytes) { content in
            record.checksum = unsafe Checksum.update(0, content)
            var data = unsafe content
            if !isLink, let stream = unsafe deflater.stream(of: content) {
                record.method = .deflated
                unsafe data = stream
            }
            record.compressedSize = data.count
            record.appendLocalHeader(name: input.path, to: &piece.bytes)
            unsafe piece.bytes.append(contentsOf: data)
        }
        try source.checkUnchanged()
        piece.records.append(record)
    }

    private func part(
        of long: LongEntry,
        start: Int,
        count: Int,
        _ purpose: LongEntry.Purpose
    ) throws(ZipError) -> ZipPiece {
        var bytes: [UInt8] = []
        var isSound = true
        let isLast = start + count == long.source.size
        let deflater = deflater
        let checksum: UInt32
        if purpose == .store {
            bytes = try long.source.bytes(start: start, count: count)
            checksum = unsafe bytes.withUnsafeBytes { unsafe Checksum.update(0, $0) }
        } else {
            checksum = unsafe try long.source.withBytes(start: start, count: count, buffer: buffer.bytes) { input in
                if purpose == .deflate { isSound = unsafe deflater.appendPiece(input, isLast: isLast, to: &bytes) }
                return unsafe Checksum.update(0, input)
            }
        }
        if !isSound { throw ZipError(.system, inputs[long.entry].path, "it cannot be compressed") }
        if isLast { try long.source.checkUnchanged() }
        let part = ZipPiece.Part(long: long, purpose: purpose, start: start, count: count, checksum: checksum)
        return ZipPiece(bytes: bytes, part: part)
    }
}
