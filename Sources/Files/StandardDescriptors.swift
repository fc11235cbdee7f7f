// SPDX-License-Identifier: Apache-2.0

internal import CShims

/// Descriptors as a program finds them when it starts.
package enum StandardDescriptors {
    /// Opens `/dev/null` in the place of standard input, output and error where these are closed.
    ///
    /// Without it the first file that the program opens would take their place, and get what is written to them.
    package static func open() {
        nacre_open_standard_descriptors()
    }

    /// Lets this process open as many files as the system allows it.
    package static func raiseLimit() {
        _ = nacre_raise_file_limit()
    }
}
