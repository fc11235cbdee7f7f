// SPDX-License-Identifier: Apache-2.0

internal import FuzzTargets
internal import Glibc

/// What the fuzzer of LLVM calls: it brings `main`, makes the inputs, and sees which code each of them reaches
/// (<https://llvm.org/docs/LibFuzzer.html>).
///
/// A finding is told and ends the process, so that the fuzzer keeps the input.
@c(LLVMFuzzerTestOneInput)
func feed(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    // The fuzzer owns the bytes, and only for this call.
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    do {
        try FuzzDriver.target.check(input)
    } catch {
        print("\(FuzzDriver.target.name): \(error)")
        abort()
    }
    return 0
}

/// What is fed: `NACRE_FUZZ_TARGET` says it; with `NACRE_FUZZ_SEEDS=DIR` its good inputs are written there and nothing is fed.
enum FuzzDriver {
    static let target: any FuzzTarget = {
        let name = value(of: "NACRE_FUZZ_TARGET") ?? ""
        guard let target = FuzzTargets.named(name) else {
            print("NACRE_FUZZ_TARGET must be one of \(FuzzTargets.all.map(\.name).joined(separator: ", "))")
            exit(64)
        }
        if let folder = value(of: "NACRE_FUZZ_SEEDS") {
            FuzzTargets.writeSeeds(of: target, to: folder)
            exit(0)
        }
        return target
    }()

    private static func value(of variable: String) -> String? {
        unsafe getenv(variable).map { unsafe String(cString: $0) }
    }
}
