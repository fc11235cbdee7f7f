// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// The block `batch`, which only a batch build reads.
package struct BatchSettings: Sendable, Hashable {
    /// One build of `build-list` or `build-graph`.
    package struct Item: Sendable, Hashable {
        /// Letters, digits and `_`, shorter than 128.
        package let identifier: String
        /// The build's own buildspec file; nil for this one.
        package let buildspec: String?
        /// The identifiers that come first; only in a graph.
        package let dependsOn: [Located<String>]
        /// Whether its failure leaves the batch unharmed.
        package let ignoresFailure: Bool
        /// The variables of this build, which go before all others.
        package let variables: [EnvironmentVariable]
        /// Where the item starts.
        package let location: SourceLocation
    }

    /// `build-matrix`: a build for each element of the product.
    package struct Matrix: Sendable, Hashable {
        /// Buildspec files; empty for this one.
        package var buildspecs: [Located<String>] = []
        /// Compute types.
        package var computeTypes: [Located<String>] = []
        /// Images.
        package var images: [Located<String>] = []
        /// The values of each variable, in file order.
        package var variables: [Variable] = []
        /// The variables of every build.
        package var staticVariables: [EnvironmentVariable] = []
        /// Whether failures leave the batch unharmed.
        package var ignoresFailure = false

        package struct Variable: Sendable, Hashable {
            /// The variable's name.
            package let name: String
            /// What it is set to, one build for each.
            package let values: [Located<String>]
        }
    }

    /// `build-fanout`: the tests in shards.
    package struct Fanout: Sendable, Hashable {
        /// How many shards, at least 1.
        package let parallelism: Int
        /// Whether failures leave the batch unharmed.
        package let ignoresFailure: Bool
    }

    /// Whether the first failure stops the other builds.
    package var stopsAtFirstFailure = false
    /// `build-list`.
    package var list: [Item] = []
    /// `build-graph`; without cycles, every dependency is in it.
    package var graph: [Item] = []
    /// `build-matrix`.
    package var matrix: Matrix?
    /// `build-fanout`.
    package var fanout: Fanout?
    /// Where the key `batch` is.
    package let location: SourceLocation

    /// Whether a build of the batch runs the phases of the file that the batch is in.
    package var usesThisFile: Bool {
        (list + graph).contains { $0.buildspec == nil } || matrix?.buildspecs.isEmpty == true || fanout != nil
    }
}
