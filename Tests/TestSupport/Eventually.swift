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

/// Waits until something has become true, without keeping the thread: for tests that are asynchronous.
///
/// * `what`: what is waited for, for the failure.
/// * `seconds`: how long, at the most.
///
/// - Throws: `Program.Failure` when it does not become true.
package func soon(
    _ what: @autoclosure () -> String,
    within seconds: Int = 60,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    // Where other tests keep the threads, time passes and nothing is done: then it is looked at more rarely, but as often.
    var looks = 0
    while true {
        if try await condition() { return }
        looks += 1
        if ContinuousClock.now > end, looks > seconds * 20 {
            throw Program.Failure(description: "not within \(seconds) s: \(what())")
        }
        try await Task.sleep(for: .milliseconds(10))
    }
}
