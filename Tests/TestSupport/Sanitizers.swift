// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The sanitizers of the toolchain, under which `make sanitize` runs the tests.
package enum Sanitizers {
    /// Whether the programs under test have one in them, and so load libraries.
    package static let arePresent = ProcessInfo.processInfo.environment["NACRE_SANITIZE"] != nil
}
