// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// The block `batch`, which only a batch build reads.
///
/// Source: https://docs.aws.amazon.com/codebuild/latest/userguide/batch-build-buildspec.html
package struct BatchSettings: Sendable, Hashable {
    /// What `env` of one build sets otherwise than the project does.
    package struct Environment: Sendable, Hashable {
        /// `compute-type`; never together with `fleet`.
        package var computeType: Located<String>?
        /// `fleet`.
        package var fleet: Located<String>?
        /// `image`.
        package var image: Located<String>?
        /// `type`, such as `LINUX_CONTAINER`.
        package var type: Located<String>?
        /// `privileged-mode`.
        package var isPrivileged: Located<Bool>?
        /// The variables of this build, which go before all others.
        package var variables: [EnvironmentVariable] = []
    }

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
        /// `debug-session`.
        package let opensDebugSession: Bool
        /// What it sets otherwise than the other builds.
        package let environment: Environment
        /// Where the item starts.
        package let location: SourceLocation
    }

    /// `build-matrix`: a build for each element of the product.
    package struct Matrix: Sendable, Hashable {
        /// Buildspec files; empty for this one.
        package var buildspecs: [Located<String>] = []
        /// Compute types.
        package var computeTypes: [Located<String>] = []
        /// Fleets.
        package var fleets: [Located<String>] = []
        /// Images.
        package var images: [Located<String>] = []
        /// Environment types.
        package var types: [Located<String>] = []
        /// The values of `privileged-mode`.
        package var privilegedModes: [Located<Bool>] = []
        /// The values of each variable, in file order.
        package var variables: [Variable] = []
        /// What every build has.
        package var environment = Environment()
        /// Whether failures leave the batch unharmed.
        package var ignoresFailure = false

        package struct Variable: Sendable, Hashable {
            /// The variable's name.
            package let name: String
            /// What it is set to, one build for each; not empty.
            package let values: [Located<String>]
        }

        /// How many builds it has; nil where the number is beyond all measure.
        package var count: Int? {
            let axes = [
                buildspecs.count, computeTypes.count, fleets.count, images.count, types.count, privilegedModes.count,
            ]
            var result = 1
            for axis in axes + variables.map(\.values.count) where axis > 0 {
                let (product, isOverflow) = result.multipliedReportingOverflow(by: axis)
                if isOverflow { return nil }
                result = product
            }
            return result
        }
    }

    /// `build-fanout`: the tests in shards.
    package struct Fanout: Sendable, Hashable {
        /// How many shards, at least 1.
        package let parallelism: Int
        /// Whether failures leave the batch unharmed.
        package let ignoresFailure: Bool
    }

    /// The most builds of one batch; AWS's own limit for a project is 100 and can be raised.
    package static let limitBuilds = 1000

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
