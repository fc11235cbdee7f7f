// SPDX-License-Identifier: Apache-2.0

package import Builds
package import WireWords

extension BatchPlan.Item {
    /// Makes a request that of this item: its place in the batch, its buildspec, its image.
    ///
    /// `image` is for builds that run in an image anyway: on the machine itself there is no other, and the sandbox is the same
    /// for all. The variables are for the caller, who knows what goes before them.
    package func apply(to request: inout BuildRequest, batch: BuildID) {
        request.batch = BuildRequest.Batch(
            id: batch.description,
            identifier: identifier,
            shard: shard?.index,
            shardCount: shard?.count
        )
        if let buildspec { request.buildspec = .file(buildspec) }
        if let isPrivileged { request.isPrivileged = isPrivileged }
        guard case .image(let given, let hasNetwork) = request.isolation else { return }
        request.isolation = .image(image ?? given, hasNetwork: hasNetwork)
    }

    /// The item's variables and those given for the whole batch, which beat them.
    package func variables(beatenBy given: [EnvironmentVariable]) -> [EnvironmentVariable] {
        let names = Set(given.map(\.name))
        return variables.filter { !names.contains($0.name) }.map { EnvironmentVariable(name: $0.name, value: $0.value) }
            + given
    }
}
