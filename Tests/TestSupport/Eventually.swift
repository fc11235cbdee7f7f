// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Waits until something has become true; a slow machine makes it slower, never wrong.
///
/// * `what`: what is waited for, for the failure.
/// * `seconds`: how long, at the most.
///
/// - Throws: `Program.Failure` when it does not become true.
package func eventually(
    _ what: @autoclosure () -> String,
    within seconds: Int = 60,
    _ condition: () throws -> Bool
) throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
        if try condition() { return }
        if ContinuousClock.now > end { throw Program.Failure(description: "not within \(seconds) s: \(what())") }
        usleep(10_000)
    }
}
