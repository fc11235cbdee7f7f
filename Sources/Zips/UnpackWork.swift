// SPDX-License-Identifier: Apache-2.0

/// What several threads share while they unpack: which entries come next, and the first failure.
final class UnpackWork: Sendable {
    private struct State {
        var next = 0
        var failure: (batch: Int, error: ZipError)?
    }

    private let archive: ZipArchive
    /// Entries that one thread takes at once: neighbours, for they mostly share a folder.
    private let batches: [Range<Int>]
    private let isStopped: @Sendable () -> Bool
    private let monitor = Monitor(State())

    init(_ archive: ZipArchive, isStopped: @escaping @Sendable () -> Bool) {
        self.archive = archive
        self.isStopped = isStopped
        var batches: [Range<Int>] = []
        var start = 0
        var bytes = 0
        for (index, entry) in archive.entries.enumerated() {
            bytes += entry.compressedSize
            if bytes >= 1 << 20 || index - start >= 63 {
                batches.append(start..<(index + 1))
                start = index + 1
                bytes = 0
            }
        }
        if start < archive.entries.count { batches.append(start..<archive.entries.count) }
        self.batches = batches
    }

    var batchCount: Int { batches.count }

    /// What went wrong with the first batch that failed.
    var failure: ZipError? { monitor.update { $0.failure?.error } }

    /// Unpacks batches until there are no more or one has failed.
    func run(in directory: String) {
        guard let unpacking = Unpacking(archive, into: directory) else {
            return fail(batches.count, ZipArchive.noMemory)
        }
        while let batch = nextBatch() {
            do throws(ZipError) {
                for index in batches[batch] { try unpacking.unpack(archive.entries[index], isStopped) }
            } catch {
                fail(batch, error)
            }
        }
    }

    private func nextBatch() -> Int? {
        let count = batches.count
        return monitor.update { state in
            guard state.failure == nil, state.next < count else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    private func fail(_ batch: Int, _ error: ZipError) {
        monitor.update { state in
            if let failure = state.failure, failure.batch < batch { return }
            state.failure = (batch, error)
        }
    }
}
