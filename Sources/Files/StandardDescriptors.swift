// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Synchronization

/// Descriptors as a program finds them when it starts.
package enum StandardDescriptors {
    /// Opens `/dev/null` in the place of standard input, output and error where these are closed.
    ///
    /// Without it the first file that the program opens would take their place, and get what is written to them.
    package static func open() {
        nacre_open_standard_descriptors()
    }

    /// 0: the limit has not been raised.
    private static let ownLimit = Atomic(0)

    /// Lets this process open as many files as the system allows it.
    ///
    /// Its children inherit that. Programs of others may not expect it: some close each number that they could have open,
    /// and `select(2)` knows none above 1,023.
    package static func raiseLimit() {
        ownLimit.store(nacre_raise_file_limit(), ordering: .relaxed)
    }

    /// How many files this process could open before it raised its limit; nil when it has not.
    package static var limitBeforeRaise: Int? {
        let limit = ownLimit.load(ordering: .relaxed)
        return limit > 0 ? limit : nil
    }
}
