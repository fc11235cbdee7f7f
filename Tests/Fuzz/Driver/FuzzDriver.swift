// SPDX-License-Identifier: Apache-2.0

internal import FuzzTargets
internal import Glibc

/// What the fuzzer of LLVM calls: it brings `main`, makes the inputs, and sees which code each of them reaches
/// (<https://llvm.org/docs/LibFuzzer.html>).
///
/// `NACRE_FUZZ_TARGET` says what is fed; with `NACRE_FUZZ_SEEDS=DIR` the target's good inputs are written there first.
enum FuzzDriver {
    /// Feeds one input; a finding is told and ends the process, so that the fuzzer keeps the input.
    @c(LLVMFuzzerTestOneInput)
    static func feed(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
        // The fuzzer owns the bytes, and only for this call.
        let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
        do {
            try target.check(input)
        } catch {
            print("\(target.name): \(error)")
            abort()
        }
        return 0
    }

    private static let target: any FuzzTarget = {
        let name = value(of: "NACRE_FUZZ_TARGET") ?? ""
        guard let target = FuzzTargets.named(name) else {
            print("NACRE_FUZZ_TARGET must be one of \(FuzzTargets.all.map(\.name).joined(separator: ", "))")
            exit(64)
        }
        if let folder = value(of: "NACRE_FUZZ_SEEDS") { FuzzTargets.writeSeeds(of: target, to: folder) }
        return target
    }()

    private static func value(of variable: String) -> String? {
        unsafe getenv(variable).map { unsafe String(cString: $0) }
    }
}
