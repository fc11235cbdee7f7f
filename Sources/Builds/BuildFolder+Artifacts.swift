// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs

extension BuildFolder {
    /// The zip of an artifact that a result tells of: always in this folder, as a build may have written the result itself.
    /// - Returns: nil where its identifier can be none.
    package func zip(of made: Build.Artifacts) -> String? {
        guard let identifier = made.artifactIdentifier else { return artifact() }
        return SecondaryArtifact.isIdentifier(identifier) ? artifact(identifier) : nil
    }
}
