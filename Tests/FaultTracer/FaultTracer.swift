// SPDX-License-Identifier: Apache-2.0

/// Placeholder.
@main
struct FaultTracer {
    static func main() {}
}
