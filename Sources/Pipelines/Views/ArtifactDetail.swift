// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// AWS's `ArtifactDetail`: an artifact of an action, by its object in the bucket of artifacts.
package struct ArtifactDetail: Sendable, Hashable, Codable {
    /// AWS's `S3Location` of lists and events; that of jobs has other names.
    package struct Location: Sendable, Hashable, Codable {
        package var bucket: String
        package var key: String
    }

    package var name: String
    package var s3location: Location

    package init(_ artifact: ArtifactReference, bucket: String) {
        name = artifact.name
        s3location = Location(bucket: bucket, key: artifact.key)
    }
}

extension PipelineDefinition {
    /// The bucket that artifacts are said to be in: as declared, else the one that AWS's console makes.
    package var artifactBucket: String {
        let stores: [JSONValue]
        if case .object(let byRegion) = unused["artifactStores"] {
            stores = byRegion.sorted { $0.key < $1.key }.map(\.value)
        } else {
            stores = unused["artifactStore"].map { [$0] } ?? []
        }
        if case .object(let store) = stores.first, case .string(let location) = store["location"] { return location }
        return "codepipeline-us-east-1-000000000000"
    }
}
