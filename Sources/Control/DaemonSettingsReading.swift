// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// What came of reading a configuration file.
package struct DaemonSettingsReading: Sendable, Hashable {
    /// Nil when a problem refuses the file.
    package let settings: DaemonSettings?
    /// All problems, in the order of the file.
    package let diagnostics: [Diagnostic]
    /// The file's bytes, for showing the places.
    package let source: [UInt8]
}
