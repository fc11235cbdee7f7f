// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// What is kept of the deployments of one deployment group.
struct DeploymentFolder {
    let path: String
    /// The id of the deployment that is under way.
    let deployment: String

    /// What the last deployment has put on the machine.
    var installedFiles: String { "\(path)/installed.json" }
    private var lastSuccessful: String { "\(path)/last-successful" }

    /// The folder of the revision that was deployed last; nil where there is none any more.
    var lastRevision: String? {
        guard let bytes = try? AtomicFile.read(lastSuccessful, limit: 256) else { return nil }
        let id = String(decoding: bytes, as: UTF8.self).filter { !$0.isNewline }
        let revision = revision(of: id)
        return !id.isEmpty && !id.utf8.contains(UInt8(ascii: "/")) && Folder.isFolder(revision) ? revision : nil
    }

    private func revision(of deployment: String) -> String { "\(path)/\(deployment)/deployment-archive" }

    /// Ends the deployment: its revision is moved here, and earlier ones go.
    ///
    /// * `bundle`: the folder that holds it; empty afterwards.
    func keep(_ bundle: String) throws(ToolFailure) {
        do throws(FileError) {
            let own = "\(path)/\(deployment)"
            try Folder.make(own)
            let target = revision(of: deployment)
            if !Folder.isFolder(target) {
                // A folder of that name is taken for whole.
                try Descriptor.open(bundle, O_RDONLY | O_DIRECTORY).syncFileSystem()
                try FileError.check("rename", target) { unsafe rename(bundle, target) }
                try Folder.sync(own)
                // Commands that follow start in it.
                try Folder.make(bundle)
            }
            try AtomicFile.write(Array("\(deployment)\n".utf8), to: lastSuccessful, isDurable: true)
            for name in try DirectoryListing.names(of: path) where name.hasPrefix("d-") && name != deployment {
                try? Folder.remove("\(path)/\(name)")
            }
        } catch {
            throw ToolFailure("the revision cannot be kept: \(error)")
        }
    }
}
