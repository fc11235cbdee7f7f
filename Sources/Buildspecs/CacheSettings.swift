// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// The block `cache`.
package struct CacheSettings: Sendable, Hashable {
    /// What is done with the cache.
    package enum Action: String, Sendable, Hashable, CaseIterable {
        case restore
        case save
    }

    /// The key, to be evaluated by the shell at build time; nil for the project's one cache.
    package let key: Located<String>?
    /// Prefixes of other keys to restore from, at most five; they count only together with `key`.
    package let fallbackKeys: [Located<String>]
    /// The only thing that is done; nil for both.
    package let action: Action?
    /// Patterns of what is kept.
    package let paths: [Located<String>]
    /// Where the key `cache` is.
    package let location: SourceLocation
}
