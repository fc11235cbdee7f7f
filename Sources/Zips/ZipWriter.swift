// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import Files
internal import Glibc

/// Writes zip archives on all cores: the same files make the same bytes whatever the machine, the order or the clock.
///
/// Entries stand sorted by the bytes of their paths, dated 1980-01-01, with mode 0644, 0755 or that of a link; folders are
/// implied. Content is deflated at libdeflate's level 6 unless that gains nothing. Memory is bounded by about 40 MiB and
/// 20 MiB more for each thread, however large the files are.
package struct ZipWriter: Sendable {
    private let threads: Int
    private let isSynced: Bool
    private let storesNoise: Bool

    /// - Parameters:
    ///   - threads: how many compress; nil: one for each core, at most 16.
    ///   - isSynced: whether archives are on the disk, not just in memory, before they get their names.
    ///   - storesNoise: whether long files that hardly shrink, such as floating-point weights, are stored as they are.
    package init(threads: Int? = nil, isSynced: Bool = false, storesNoise: Bool = false) {
        self.threads = max(threads ?? WorkerThreads.defaultCount, 1)
        self.isSynced = isSynced
        self.storesNoise = storesNoise
    }

    /// Writes an archive; at `path` there is, at any time, nothing, what was there before, or the whole new archive.
    ///
    /// Blocks until done: call it from a thread that may wait.
    ///
    /// * `isStopped`: whether to give up; asked on this thread, once every few MiB.
    ///
    /// - Throws: `unsafePath` and `duplicatePath` for the entries' names, `sourceChanged`, `notAFile`, `stopped`, `system`.
    package func write(
        _ entries: [ZipInput],
        to path: String,
        isStopped: () -> Bool = { false }
    ) throws(ZipError) -> ZipSummary {
        let inputs = entries.sorted { ZipPath.precedes($0.path, $1.path) }
        try Self.check(inputs)
        let temporary = "\(path).\(getpid())-\(UInt64.random(in: .min ... .max)).tmp"
        do throws(ZipError) {
            let summary = try write(sorted: inputs, temporary: temporary, isStopped)
            _ = try Self.system(path) { () throws(FileError) in
                try FileError.check("rename", path) { unsafe rename(temporary, path) }
            }
            return summary
        } catch {
            unsafe unlink(temporary)
            throw error
        }
    }

    private func write(
        sorted inputs: [ZipInput],
        temporary: String,
        _ isStopped: () -> Bool
    ) throws(ZipError) -> ZipSummary {
        guard let prober = Deflater() else { throw Self.noMemory }
        let number = try Self.system(temporary) { () throws(FileError) in
            try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL).release()
        }
        let hashing = HashingThread()
        var assembler = ZipAssembler(inputs, output: Descriptor(owning: number), path: temporary, hashing: hashing)
        let pipeline = ZipPipeline(ZipPlanner(inputs, prober: prober, storesNoise: storesNoise), threads: threads)
        // The first thread sums the output, the others compress.
        return try WorkerThreads.run(threads + 1, atLeast: 2) { number in
            if number == 0 {
                hashing.run()
            } else if let worker = ZipWorker(inputs) {
                pipeline.work(worker)
            } else {
                pipeline.stop(Self.noMemory)
            }
        } main: { () throws(ZipError) -> ZipSummary in
            defer {
                pipeline.stop()
                hashing.finish()
            }
            while let piece = try pipeline.nextResult() {
                if isStopped() { throw .stopped }
                try assembler.append(piece)
            }
            let (bytes, uncompressed) = try assembler.finish(isSynced: isSynced)
            hashing.finish()
            return ZipSummary(
                bytes: bytes,
                digest: hashing.digest(),
                entryCount: inputs.count,
                uncompressedBytes: uncompressed
            )
        } tooFew: {
            pipeline.stop()
            hashing.finish()
            return ZipError(.system, nil, "no thread can be started")
        }
    }

    private static let noMemory = ZipError(.system, nil, "there is not enough memory to compress")

    private static func check(_ sorted: [ZipInput]) throws(ZipError) {
        for input in sorted {
            if let problem = ZipPath.problem(input.path) { throw ZipError(.unsafePath, input.path, problem) }
            if case .symbolicLink(let target) = input.source,
                let problem = ZipPath.problem(linkTarget: target, at: input.path)
            {
                throw ZipError(.unsafePath, input.path, problem)
            }
        }
        if let (path, message) = ZipPath.conflict(inSorted: sorted.map(\.path)) {
            throw ZipError(.duplicatePath, path, message)
        }
    }

    private static func system<Value>(
        _ path: String,
        _ body: () throws(FileError) -> Value
    ) throws(ZipError) -> Value {
        do throws(FileError) { return try body() } catch { throw ZipError(path, error) }
    }
}
