// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Feeds a target with one input after the other.
package struct FuzzRun {
    /// More than any input of `InputMaker` may take on a slow machine, in a debug build and with sanitizers; what goes wrong takes
    /// minutes.
    private static let limitSeconds = 10.0

    private let target: any FuzzTarget
    private let maker: InputMaker
    /// Holds the seed at hand, so that it is known when the process ends by a trap.
    private let note: String

    package init(_ target: any FuzzTarget) {
        self.target = target
        maker = InputMaker(target)
        note = "\(FuzzFiles.base)/nacre-fuzz-\(target.name)-\(getpid())"
    }

    /// Checks the inputs of so many seeds in a row.
    /// - Throws: `FuzzFinding` for the first that fails.
    package func rounds(_ seeds: Range<UInt64>) throws {
        let file = try Descriptor.open(note, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
        defer { _ = unsafe unlink(note) }
        for seed in seeds {
            try file.writeAll("\(seed)\n")
            try round(seed: seed)
        }
    }

    /// Checks the input of a seed.
    /// - Throws: `FuzzFinding`.
    package func round(seed: UInt64) throws {
        try check(maker.make(seed: seed), seed: seed)
    }

    /// Checks an input that somebody else has made.
    /// - Throws: `FuzzFinding`.
    package func check(_ input: [UInt8], seed: UInt64? = nil) throws {
        guard failure(of: input) != nil else { return }
        let end = Self.processorSeconds + Self.limitSeconds
        let small = InputShrinker { Self.processorSeconds < end && failure(of: $0) != nil }.shrink(input)
        guard let failure = failure(of: small) ?? failure(of: input) else { return }
        throw FuzzFinding(target: target.name, seed: seed, input: small, failure: failure)
    }

    private func failure(of input: [UInt8]) -> (any Error)? {
        let start = Self.processorSeconds
        do {
            try target.check(input)
        } catch {
            return error
        }
        let seconds = Self.processorSeconds - start
        return seconds > Self.limitSeconds ? FuzzFailure("it takes \(seconds) seconds") : nil
    }

    /// What this thread has used: others on a busy machine do not count.
    private static var processorSeconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
