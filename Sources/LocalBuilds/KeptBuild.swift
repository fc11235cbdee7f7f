// SPDX-License-Identifier: Apache-2.0

package import Builds
internal import Control
internal import Files
internal import WireWords

/// A local build whose folder is still there.
package struct KeptBuild: Sendable {
    package let folder: BuildFolder
    package let request: BuildRequest

    /// `PROJECT#N`.
    package var name: String { "\(request.id.project)#\(request.number)" }

    /// All local builds whose folder is still there, the newest first.
    static func all(in home: Home) -> [KeptBuild] {
        let names = ((try? DirectoryListing.names(of: home.localBuilds)) ?? []).filter { $0.utf8.count == 36 }
        let all = names.compactMap { name -> KeptBuild? in
            let folder = BuildFolder(path: "\(home.localBuilds)/\(name)")
            return (try? BuildReader.request(of: folder)).map { KeptBuild(folder: folder, request: $0) }
        }
        return all.sorted { $0.request.submittedAt.milliseconds > $1.request.submittedAt.milliseconds }
    }

    /// The local build of a name: `PROJECT#N`, `PROJECT:UUID`, a UUID or its beginning.
    static func find(_ name: String, in home: Home) -> KeptBuild? {
        all(in: home).first { build in
            let id = build.request.id
            return name == build.name || name == id.description
                || (name.utf8.count >= 4 && id.uuid.hasPrefix(name.lowercased()))
        }
    }

    /// The newest local build of a working tree whose workspace is kept.
    static func last(of workingTree: String, in home: Home) -> KeptBuild? {
        all(in: home).first { $0.request.workingTree == workingTree && KeptWorkspaces.point(of: $0.folder) != nil }
    }

    /// Takes away what the build was, but for its workspace: the folder can be built in again.
    func clear() throws(FileError) {
        for path in [
            folder.events, folder.result, folder.request, folder.log, folder.artifacts, folder.debugPoint,
            folder.debugSocket, folder.readonly,
        ] { try Folder.remove(path) }
    }
}
