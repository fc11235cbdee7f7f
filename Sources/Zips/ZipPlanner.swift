// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Parts the entries of an archive into jobs, in the archive's order.
///
/// How they are parted depends on the files alone, never on threads or time: so the same files make the same bytes.
final class ZipPlanner {
    /// A job of small entries holds about this many bytes, and no more entries than this.
    private static let batchLimitBytes = 512 << 10
    private static let batchLimitEntries = 64

    private let inputs: [ZipInput]
    private var folders = SourceFolders()
    private var next = 0
    /// The long entry that is being parted, what for, and where its next piece starts.
    private var long: (entry: LongEntry, purpose: LongEntry.Purpose, start: Int)?
    /// What is wrong with the entry at `next`.
    private var failure: ZipError?
    private let prober: Deflater
    private let storesNoise: Bool
    private let buffer = ByteBuffer(count: Deflater.sampleBytes)

    init(_ inputs: [ZipInput], prober: Deflater, storesNoise: Bool) {
        self.inputs = inputs
        self.storesNoise = storesNoise
        self.prober = prober
    }

    /// The next job; nil when there is nothing more to do, and again and again the failure after one.
    func nextJob() -> ZipJob? {
        if let piece = nextPiece() { return piece }
        let first = next
        do throws(ZipError) { try takeEntries() } catch { failure = error }
        if let piece = nextPiece() { return piece }
        if next > first { return .entries(first..<next) }
        return failure.map { .failure($0) }
    }

    /// Moves on by what makes one job: some short entries, or a long one.
    private func takeEntries() throws(ZipError) {
        if failure != nil { return }
        let first = next
        var bytes = 0
        while next < inputs.count, next - first < Self.batchLimitEntries, bytes < Self.batchLimitBytes {
            let size = try size(of: inputs[next])
            if size > Deflater.pieceLimitBytes {
                // What came before it is a job first.
                return next > first ? () : try beginLong()
            }
            bytes += size
            next += 1
        }
    }

    private func size(of input: ZipInput) throws(ZipError) -> Int {
        switch input.source {
        case .bytes(let bytes): bytes.count
        case .symbolicLink: 0
        case .file(let root, let path): try folders.size(root: root, path: path, entry: input.path)
        }
    }

    private func nextPiece() -> ZipJob? {
        guard let (entry, purpose, start) = long else { return nil }
        let count = min(entry.source.size - start, Deflater.pieceLimitBytes)
        if start + count < entry.source.size {
            long = (entry, purpose, start + count)
        } else if purpose == .sum {
            long = (entry, .store, 0)
        } else {
            long = nil
        }
        return .piece(entry, start: start, count: count, purpose)
    }

    private func beginLong() throws(ZipError) {
        let source = try OpenSource(inputs[next], in: &folders)
        let method: ZipMethod = try isIncompressible(source) ? .stored : .deflated
        let entry = LongEntry(entry: next, source: source, method: method)
        long = (entry, method == .stored ? .sum : .deflate, 0)
        next += 1
    }

    /// Whether samples spread over a long file all look like random bytes, or at least like noise where that is stored too.
    private func isIncompressible(_ source: borrowing OpenSource) throws(ZipError) -> Bool {
        let samples = 8
        for index in 0..<samples {
            let start = (source.size - buffer.count) / (samples - 1) * index
            let texture = unsafe try source.withBytes(
                start: start,
                count: buffer.count,
                buffer: buffer.bytes,
                { unsafe prober.texture(ofSample: $0) }
            )
            if texture == .ordinary || texture == .noisy && !storesNoise { return false }
        }
        return true
    }
}
