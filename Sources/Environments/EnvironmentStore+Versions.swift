// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

// The bundles that an environment has.
extension EnvironmentStore {
    /// How many versions stay, beside those that run or ran before.
    static let versionLimit = 5

    /// The versions of an environment, oldest first.
    /// - Throws: `system`, for a damaged record too: who cleans up must not take its version for one that is not there.
    package func versions(of name: String) throws(EnvironmentsError) -> [EnvironmentVersion] {
        let folder = folder(name)
        let names: [String]
        do throws(FileError) {
            names = try DirectoryListing.names(of: folder.versions)
        } catch {
            if error.code == ENOENT { return [] }
            throw EnvironmentsError(error)
        }
        var versions: [EnvironmentVersion] = []
        for file in names where file.hasSuffix(".json") && !file.hasPrefix(".") {
            // One that was removed meanwhile is none.
            if let version = try JSONFile.read(EnvironmentVersion.self, "\(folder.versions)/\(file)") {
                versions.append(version)
            }
        }
        return versions.sorted { ($0.createdAt, $0.label) < ($1.createdAt, $1.label) }
    }

    /// A version of an environment.
    package func version(_ label: String, of name: String) throws(EnvironmentsError) -> EnvironmentVersion? {
        try JSONFile.read(EnvironmentVersion.self, folder(name).versionRecord(label))
    }

    /// Adds a version to an environment, unless it is there; on the disk, with all that is in it, when this returns.
    /// - Parameters:
    ///   - version: its label, and where it comes from.
    ///   - name: the environment's.
    ///   - fill: writes what is in it to an absolute path; makes the folder there, whose parent exists.
    /// - Throws: what `fill` throws, and `EnvironmentsError`.
    package func addVersion(
        _ version: EnvironmentVersion,
        to name: String,
        filling fill: (String) throws -> Void
    ) throws {
        let folder = folder(name)
        if let problem = EnvironmentNames.problem(label: version.label) { throw EnvironmentsError(.invalid, problem) }
        guard try settings(name) != nil else { throw Self.missing(name) }
        try JSONFile.write(version, folder.versionRecord(version.label), isDurable: true)
        if Folder.isFolder(folder.version(version.label)) { return }
        let incoming = "\(folder.versions)/.incoming-\(version.label)"
        do {
            try Folder.make(folder.versions, mode: 0o700)
            try Folder.remove(incoming)
            try fill(incoming)
            // Before it has its name: a folder of that name is taken for whole ever after.
            try Descriptor.open(incoming, O_RDONLY | O_DIRECTORY).syncFileSystem()
            let target = folder.version(version.label)
            try FileError.check("rename", target) { unsafe rename(incoming, target) }
            try Folder.sync(folder.versions)
        } catch {
            try? Folder.remove(incoming)
            _ = unsafe unlink(folder.versionRecord(version.label))
            throw error
        }
        prune(name, keeping: version.label)
    }

    /// Removes versions that nobody will ask for.
    private func prune(_ name: String, keeping label: String) {
        guard let report = try? report(name), let all = try? versions(of: name) else { return }
        let used = [label, report.desired?.version, report.state.running?.version, report.state.previous]
        let kept = Set(all.suffix(Self.versionLimit).map(\.label)).union(used.compactMap { $0 })
        for version in all where !kept.contains(version.label) {
            try? Folder.remove(folder(name).version(version.label))
            _ = unsafe unlink(folder(name).versionRecord(version.label))
        }
    }
}
