// SPDX-License-Identifier: Apache-2.0

import Files

/// `fault-tracer`: runs a program and stops it at its n-th file operation, for the tests; not part of the product.
///
/// Without `--stop` it only counts and lists. See Documentation/Testing.md.
@main
struct FaultTracer {
    static func main() {
        guard let options = TracerOptions(Array(CommandLine.arguments.dropFirst())) else {
            fail(TracerOptions.usage)
        }
        do throws(FileError) {
            var tracer = try Tracer(options)
            exitWith(try tracer.run())
        } catch {
            fail("\(error)")
        }
    }

    private static func fail(_ text: String) -> Never {
        BorrowedOutput.standardError.write("fault-tracer: \(text)\n")
        exitWith(TracerOptions.failureCode)
    }
}
