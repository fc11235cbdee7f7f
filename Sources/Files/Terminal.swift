// SPDX-License-Identifier: Apache-2.0

internal import CShims

/// Terminals behind descriptors.
package enum Terminal {
    /// The width of the terminal behind a descriptor; nil when it is none.
    package static func columns(_ descriptor: Int32) -> Int? {
        let columns = nacre_terminal_columns(descriptor)
        return columns > 0 ? Int(columns) : nil
    }
}
