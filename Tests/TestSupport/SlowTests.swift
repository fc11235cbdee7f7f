// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Tests that take minutes or much space: only on demand.
package enum SlowTests {
    /// Whether they are to run, and others at their full size.
    package static let areWanted = ProcessInfo.processInfo.environment["NACRE_SLOW_TESTS"] == "1"
}
