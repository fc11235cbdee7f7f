// SPDX-License-Identifier: Apache-2.0

package import Builds
internal import Digests
internal import Files
internal import Zips

/// The artifacts of all builds of a batch in one zip: CodeBuild's `combineArtifacts`.
///
/// The primary artifact of an item lies in the folder of its identifier, a secondary one in `IDENTIFIER_ARTIFACT`. AWS names
/// the folders by the build's id in the identifier's place; that name changes with every run.
package enum CombinedArtifacts {
    /// Writes the zip.
    ///
    /// Blocks.
    /// - Parameters:
    ///   - builds: each with the identifier of its item; their zips are where `location` says.
    ///   - path: where the zip is to be.
    /// - Returns: nil where no build has made any artifact.
    /// - Throws: `ZipError` or `FileError`.
    package static func write(
        _ builds: [(identifier: String, build: Build)],
        to path: String
    ) throws -> Build.Artifacts? {
        let folder = "\(path).\(UInt64.random(in: .min ... .max)).tmp"
        defer { try? Folder.remove(folder) }
        var inputs: [ZipInput] = []
        for (identifier, build) in builds {
            for artifacts in [build.artifacts] + build.secondaryArtifacts where !artifacts.location.isEmpty {
                let name = artifacts.artifactIdentifier.map { "\(identifier)_\($0)" } ?? identifier
                let unpacked = "\(folder)/\(name)"
                try Folder.make(unpacked)
                let archive = try ZipArchive(artifacts.location)
                try archive.unpack(to: unpacked)
                for entry in archive.entries {
                    let inside = "\(name)/\(entry.path)"
                    switch entry.kind {
                    case .file:
                        let source = ZipInput.Source.file(root: folder, path: inside)
                        inputs.append(ZipInput(path: inside, source: source, isExecutable: entry.isExecutable))
                    case .symbolicLink:
                        let target = try archive.content(of: entry, limit: 4096)
                        let text = String(decoding: target, as: UTF8.self)
                        inputs.append(ZipInput(path: inside, source: .symbolicLink(target: text)))
                    case .folder: break
                    }
                }
            }
        }
        if inputs.isEmpty { return nil }
        let summary = try ZipWriter().write(inputs, to: path)
        var result = Build.Artifacts(location: path)
        result.sha256sum = summary.digest.hex
        result.size = Int64(summary.bytes)
        result.files = summary.entryCount
        return result
    }
}
