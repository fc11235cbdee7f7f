// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import Files

/// Writes the pieces of an archive one after the other and keeps what the directory at its end needs.
struct ZipAssembler: ~Copyable {
    private let inputs: [ZipInput]
    private let output: Descriptor
    private let outputPath: String
    private let hashing: HashingThread
    private var position = 0
    private var records: [ZipRecord] = []
    /// The record of the long entry whose pieces arrive.
    private var long: ZipRecord?
    /// The sum of a stored long entry's pieces as they are written, against the one found when they were first read.
    private var storedChecksum: UInt32 = 0

    init(_ inputs: [ZipInput], output: consuming Descriptor, path: String, hashing: HashingThread) {
        self.inputs = inputs
        self.output = output
        outputPath = path
        self.hashing = hashing
        records.reserveCapacity(inputs.count)
    }

    /// Writes the next piece.
    mutating func append(_ piece: ZipPiece) throws(ZipError) {
        if let part = piece.part { return try append(part, piece.bytes) }
        for record in piece.records {
            var record = record
            record.offset += position
            records.append(record)
        }
        try write(piece.bytes)
    }

    /// Writes the directory and, if asked for, puts everything on the disk.
    /// - Returns: the archive's size and that of its entries before compression.
    mutating func finish(isSynced: Bool) throws(ZipError) -> (bytes: Int, uncompressedBytes: Int) {
        let start = position
        var bytes: [UInt8] = []
        for record in records {
            record.appendCentralHeader(name: inputs[record.entry].path, to: &bytes)
            if bytes.count >= 1 << 20 {
                try write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        let size = position - start + bytes.count
        ZipRecord.appendEnd(count: records.count, directoryOffset: start, directorySize: size, to: &bytes)
        try write(bytes)
        if isSynced {
            do throws(FileError) { try output.sync() } catch { throw ZipError(outputPath, error) }
        }
        return (position, records.reduce(0) { $0 + $1.size })
    }

    private mutating func append(_ part: ZipPiece.Part, _ bytes: [UInt8]) throws(ZipError) {
        let source = part.long.entry
        var record =
            long
            ?? ZipRecord(entry: source, method: part.long.method, mode: part.long.source.mode)
        if part.purpose == .store {
            storedChecksum = Checksum.combine(part.isFirst ? 0 : storedChecksum, part.checksum, secondCount: part.count)
        } else {
            record.checksum = Checksum.combine(record.checksum, part.checksum, secondCount: part.count)
        }
        if part.isFirst && part.purpose != .sum {
            record.size = part.long.source.size
            record.compressedSize = part.purpose == .store ? record.size : 0
            record.hasDescriptor = part.purpose == .deflate
            record.offset = position
            var header: [UInt8] = []
            record.appendLocalHeader(name: inputs[source].path, to: &header)
            try write(header)
        }
        try write(bytes)
        if part.purpose == .deflate { record.compressedSize += bytes.count }
        long = record
        guard part.isLast, part.purpose != .sum else { return }
        if part.purpose == .store, storedChecksum != record.checksum {
            throw ZipError(.sourceChanged, inputs[source].path, "it changed while it was read")
        }
        if record.hasDescriptor {
            var descriptor: [UInt8] = []
            record.appendDescriptor(to: &descriptor)
            try write(descriptor)
        }
        records.append(record)
        long = nil
    }

    private mutating func write(_ bytes: [UInt8]) throws(ZipError) {
        if bytes.isEmpty { return }
        hashing.update(bytes)
        do throws(FileError) { try output.writeAll(bytes) } catch { throw ZipError(outputPath, error) }
        position += bytes.count
    }
}
