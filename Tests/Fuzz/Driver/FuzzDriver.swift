// SPDX-License-Identifier: Apache-2.0

internal import CFuzzer
internal import FuzzTargets
internal import Glibc

/// Feeds a target with what LLVM's fuzzer makes, which sees the code that each input reaches.
///
/// The arguments are the fuzzer's: <https://llvm.org/docs/LibFuzzer.html>.
///
/// `NACRE_FUZZ_TARGET` says which target; without it the names of all are printed. The target's good inputs are written to
/// the folder `NACRE_FUZZ_SEEDS` first, for the fuzzer to begin with.
@main
enum FuzzDriver {
    static let target: any FuzzTarget = {
        let name = value(of: "NACRE_FUZZ_TARGET") ?? ""
        guard let target = FuzzTargets.named(name) else {
            print(FuzzTargets.all.map(\.name).joined(separator: "\n"))
            exit(name.isEmpty ? 0 : 64)
        }
        return target
    }()
    static let maker = InputMaker(target)
    static let run = FuzzRun(target)

    static func main() {
        let target = target
        if let folder = value(of: "NACRE_FUZZ_SEEDS") { FuzzTargets.writeSeeds(of: target, to: folder) }
        var count = CommandLine.argc
        var arguments = unsafe CommandLine.unsafeArgv
        exit(unsafe LLVMFuzzerRunDriver(&count, &arguments, feed))
    }

    private static func value(of variable: String) -> String? {
        unsafe getenv(variable).map { unsafe String(cString: $0) }
    }
}

/// Checks an input; a finding is told, made small, and ends the process, so that the fuzzer keeps the input.
///
/// A `main` that the fuzzer brings, and that is not ours, looks for this function by its name.
@c(LLVMFuzzerTestOneInput)
func feed(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    // The fuzzer owns the bytes, and only for this call.
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    do {
        try FuzzDriver.run.check(input)
    } catch {
        print(error)
        fflush(nil)
        abort()
    }
    return 0
}

/// Changes an input where it is: the fuzzer looks for this function by its name.
///
/// Its own ways change a few bytes; ours also make what is deep and long.
@c(LLVMFuzzerCustomMutator)
func change(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int, _ seed: UInt32) -> Int {
    guard seed % 4 == 0 else { return unsafe LLVMFuzzerMutate(bytes, count, limit) }
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    let changed = FuzzDriver.maker.changed(input, seed: UInt64(seed)).prefix(limit)
    _ = unsafe UnsafeMutableBufferPointer(start: bytes, count: limit).update(fromContentsOf: changed)
    return changed.count
}
