// SPDX-License-Identifier: Apache-2.0

/// What retention has decided about a build or an execution that is over.
package enum Fate: String, Sendable, Hashable {
    /// Its files are to go.
    case strip
    /// Its files are to go, and then its row.
    case remove
    /// Its files have gone.
    case stripped
}
