// SPDX-License-Identifier: Apache-2.0

package import Buildspecs
internal import Diagnostics

/// The builds of one batch, in the order in which they are listed and started.
///
/// A value without places, so that it can be kept in the journal.
package struct BatchPlan: Sendable, Hashable, Codable {
    /// One build of the batch.
    package struct Item: Sendable, Hashable, Codable {
        /// Unique in the batch: letters, digits and `_`.
        package var identifier: String
        /// The buildspec file, relative to the primary source; nil for the one that holds the batch.
        package var buildspec: String?
        /// The variables of this build alone, which beat all others.
        package var variables: [Variable] = []
        /// `compute-type`; nil for the project's.
        package var computeType: String?
        /// `fleet`; nil for the project's.
        package var fleet: String?
        /// `image`; nil for the project's.
        package var image: String?
        /// `type`, such as `LINUX_CONTAINER`; nil for the project's.
        package var environmentType: String?
        /// `privileged-mode`; nil for the project's.
        package var isPrivileged: Bool?
        /// The identifiers of the builds that come first.
        package var dependsOn: [String] = []
        /// Whether its failure leaves the batch unharmed.
        package var ignoresFailure = false
        /// Whether a debug session was asked for.
        package var opensDebugSession = false
        /// Which part of the tests is its own; nil without `build-fanout`.
        package var shard: Shard?

        package init(identifier: String) {
            self.identifier = identifier
        }
    }

    /// One variable of one build.
    package struct Variable: Sendable, Hashable, Codable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// One part of a test suite that is run in several.
    package struct Shard: Sendable, Hashable, Codable {
        /// From 0.
        package let index: Int
        /// How many there are.
        package let count: Int

        package init(index: Int, count: Int) {
            self.index = index
            self.count = count
        }
    }

    /// The builds, each identifier once, every dependency among them, no cycles.
    package var items: [Item]
    /// `fast-fail`.
    package var stopsAtFirstFailure: Bool

    package init(items: [Item], stopsAtFirstFailure: Bool = false) {
        self.items = items
        self.stopsAtFirstFailure = stopsAtFirstFailure
    }

    /// Makes the plan of a block `batch` that the buildspec's reader has accepted.
    ///
    /// AWS does not tell how it names the builds of a matrix and of a fan-out: here they are `build_1`, `build_2`, … with the
    /// last variable changing fastest, and `build_fanout_0`, `build_fanout_1`, … by the number of the shard.
    package init(_ settings: BatchSettings) {
        stopsAtFirstFailure = settings.stopsAtFirstFailure
        items = (settings.list + settings.graph).map { Item($0) }
        if let matrix = settings.matrix { items += Self.items(of: matrix) }
        if let fanout = settings.fanout {
            items += (0..<fanout.parallelism).map { index in
                var item = Item(identifier: "build_fanout_\(index)")
                item.ignoresFailure = fanout.ignoresFailure
                item.shard = Shard(index: index, count: fanout.parallelism)
                return item
            }
        }
    }

    /// The item of an identifier.
    package func item(_ identifier: String) -> Item? {
        items.first { $0.identifier == identifier }
    }

    // MARK: - The matrix

    private static func items(of matrix: BatchSettings.Matrix) -> [Item] {
        var first = Item(identifier: "")
        first.ignoresFailure = matrix.ignoresFailure
        first.apply(matrix.environment)
        var items = [first]
        /// Puts each item's copies with the values of one more side in its place.
        func multiply<Value>(_ values: [Value], _ change: (inout Item, Value) -> Void) {
            if values.isEmpty { return }
            items = items.flatMap { item in
                values.map { value in
                    var copy = item
                    change(&copy, value)
                    return copy
                }
            }
        }
        multiply(matrix.buildspecs) { $0.buildspec = $1.value }
        multiply(matrix.computeTypes) { $0.computeType = $1.value }
        multiply(matrix.fleets) { $0.fleet = $1.value }
        multiply(matrix.images) { $0.image = $1.value }
        multiply(matrix.types) { $0.environmentType = $1.value }
        multiply(matrix.privilegedModes) { $0.isPrivileged = $1.value }
        for variable in matrix.variables {
            multiply(variable.values) { item, value in
                item.variables.removeAll { $0.name == variable.name }
                item.variables.append(Variable(name: variable.name, value: value.value))
            }
        }
        for index in items.indices { items[index].identifier = "build_\(index + 1)" }
        return items
    }
}

extension BatchPlan.Item {
    fileprivate init(_ item: BatchSettings.Item) {
        self.init(identifier: item.identifier)
        buildspec = item.buildspec
        // A dependency that is named twice is one.
        for name in item.dependsOn.map(\.value) where !dependsOn.contains(name) { dependsOn.append(name) }
        ignoresFailure = item.ignoresFailure
        opensDebugSession = item.opensDebugSession
        apply(item.environment)
    }

    fileprivate mutating func apply(_ environment: BatchSettings.Environment) {
        computeType = environment.computeType?.value
        fleet = environment.fleet?.value
        image = environment.image?.value
        environmentType = environment.type?.value
        isPrivileged = environment.isPrivileged?.value
        variables = environment.variables.map { BatchPlan.Variable(name: $0.name, value: $0.value) }
    }

    /// What sets a build of a matrix apart, for a person: `PYTHON=3.10 ci/test.yml`; empty where nothing does.
    package var summary: String {
        let words =
            variables.map { "\($0.name)=\($0.value)" } + [buildspec, computeType, fleet, image].compactMap { $0 }
        return words.joined(separator: " ")
    }
}
