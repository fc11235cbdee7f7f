// SPDX-License-Identifier: Apache-2.0

package import Backups
internal import Builds
package import Control
internal import Digests
package import Files
internal import Glibc
internal import Processes

/// `nacre backup`: all that a home holds and that cannot be made again, in one file, while a daemon goes on working in it.
///
/// The journal is copied first, and everything that it names afterwards: what is named was there before, and files only come.
/// Retention may take an old one in between; that it is gone is then what a restored home says of it, too.
package struct HomeBackup: Sendable {
    package struct Options: Sendable, Hashable {
        package var artifacts = true
        package var logs = true
        package var secrets = true

        package init() {}

        var without: [String] {
            [(artifacts, "artifacts"), (logs, "logs"), (secrets, "secrets")].filter { !$0.0 }.map(\.1)
        }
    }

    /// What came of it.
    package struct Outcome: Sendable {
        package let summary: BackupSummary
        /// What could not be put into it, a sentence each.
        package let problems: [String]
        /// Whether parameters and secrets are in it, with their key.
        package let hasSecrets: Bool
    }

    /// Of a build's folder: what is made again, or belongs to a process.
    private static let leftOutOfBuilds: Set<String> = [
        "workspace", "artifacts", "runtimes", "lock", "debug.sock", "debug.json",
    ]
    /// Of an environment's folder.
    private static let leftOutOfEnvironments: Set<String> = ["lock", "request.lock"]

    let home: Home
    let options: Options

    package init(_ home: Home, _ options: Options = Options()) {
        self.home = home
        self.options = options
    }

    /// Writes a backup to a file, which is there whole or not at all.
    ///
    /// * `path`: absolute; what is there is replaced.
    package func write(to path: String) throws(BackupError) -> Outcome {
        let draft = "\(path).\(getpid()).tmp"
        do throws(BackupError) {
            let output: Descriptor
            do throws(FileError) {
                _ = unsafe unlink(draft)
                output = try Descriptor.open(draft, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
            } catch {
                throw BackupError(error, "the backup cannot be written")
            }
            let outcome = try write(to: output, isDurable: true)
            do throws(FileError) {
                try FileError.check("rename", path) { unsafe rename(draft, path) }
                try Descriptor.open(Paths.parent(path), O_RDONLY | O_DIRECTORY).sync()
            } catch {
                throw BackupError(error, "the backup cannot be given its name")
            }
            return outcome
        } catch {
            _ = unsafe unlink(draft)
            throw error
        }
    }

    /// Writes a backup to a stream.
    package func write(to output: consuming Descriptor, isDurable: Bool = false) throws(BackupError) -> Outcome {
        guard Folder.exists(home.database) else {
            throw BackupError(.refused, "\(home.path) has no nacre.db, so there is nothing to back up; see --home")
        }
        let scratch = try BackupScratch(home)
        defer { scratch.remove() }
        let journal = "\(scratch.path)/nacre.db"
        _ = try DatabaseCopy.make(of: home.database, at: journal)
        let header = BackupHeader(
            nacre: Version.text,
            schema: try DatabaseCopy.schema(of: journal),
            time: Timestamp.now().text,
            home: home.path,
            without: options.without
        )
        // What the journal names is in the others by now.
        let buckets = try DatabaseCopy.make(of: home.buckets, at: "\(scratch.path)/buckets.db")
        var secrets = false
        if options.secrets { secrets = try DatabaseCopy.make(of: home.secrets, at: "\(scratch.path)/secrets.db") }
        let spool: Descriptor
        do throws(FileError) {
            spool = try Descriptor.open("\(scratch.path)/manifest", O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        } catch {
            throw BackupError(error, "the backup's manifest cannot be kept")
        }
        let writer = try BackupWriter(to: output, spool: spool, header: header)
        let tree = TreeBackup(writer)
        try tree.add(file: journal, as: "nacre.db")
        if buckets { try tree.add(file: "\(scratch.path)/buckets.db", as: "buckets.db") }
        if secrets {
            try tree.add(file: "\(scratch.path)/secrets.db", as: "secrets.db")
            try tree.add(file: home.secretsKey, as: "secrets.key")
        }
        try addSettings(tree)
        try addRepositories(tree)
        try addServed(tree)
        try addBuilds(tree)
        if options.artifacts { try addArtifacts(tree) }
        let summary = try writer.finish(isDurable: isDurable)
        return Outcome(summary: summary, problems: tree.allProblems, hasSecrets: secrets)
    }

    // MARK: - Parts

    /// The configuration, the audit log, and the numbers of local builds.
    private func addSettings(_ tree: TreeBackup) throws(BackupError) {
        for name in names(of: home.path) where name == "config.yml" || name.hasPrefix("audit") {
            let place = "\(home.path)/\(name)"
            if Folder.isFolder(place) {
                try tree.add(folder: place, as: name)
            } else {
                try tree.add(file: place, as: name)
            }
        }
        for name in names(of: home.localBuilds) where name.hasSuffix(".number") {
            try tree.add(file: "\(home.localBuilds)/\(name)", as: "local/\(name)")
        }
    }

    private func addRepositories(_ tree: TreeBackup) throws(BackupError) {
        for name in names(of: home.repositories) where name.hasSuffix(".git") {
            try RepositoryBackup(source: "\(home.repositories)/\(name)", path: "repos/\(name)").add(to: tree)
        }
    }

    /// What is deployed.
    private func addServed(_ tree: TreeBackup) throws(BackupError) {
        for name in names(of: home.environments) where !name.hasPrefix(".") {
            try tree.add(folder: "\(home.environments)/\(name)", as: "environments/\(name)") { name, depth in
                depth == 0
                    && (Self.leftOutOfEnvironments.contains(name) || name.hasSuffix(".tmp")
                        || !options.logs && (name == "log" || name == "log.1"))
            }
        }
        if Folder.isFolder(home.deployments) { try tree.add(folder: home.deployments, as: "deployments") }
    }

    private func addBuilds(_ tree: TreeBackup) throws(BackupError) {
        for name in names(of: home.builds) where name.utf8.count == 36 {
            try tree.add(folder: "\(home.builds)/\(name)", as: "builds/\(name)") { name, depth in
                depth == 0
                    && (Self.leftOutOfBuilds.contains(name) || name.hasSuffix(".tmp") || !options.logs && name == "log")
            }
        }
    }

    private func addArtifacts(_ tree: TreeBackup) throws(BackupError) {
        for folder in names(of: home.artifacts) where folder.utf8.count == 2 {
            for name in names(of: "\(home.artifacts)/\(folder)") {
                guard let expected = SHA256Digest(hex: folder + name) else { continue }
                let path = "artifacts/\(folder)/\(name)"
                let found = try tree.add(file: "\(home.path)/\(path)", as: path)
                if let found, found != expected { tree.note("\(path) is damaged: its SHA-256 is \(found)") }
            }
        }
    }

    private func names(of folder: String) -> [String] {
        ((try? DirectoryListing.names(of: folder)) ?? []).sorted()
    }
}
