// SPDX-License-Identifier: Apache-2.0

package import Builds
internal import Files
package import Secrets
package import WireWords

/// The one folder in which everything of a Nacre installation lies.
package struct Home: Sendable, Hashable {
    /// Absolute path.
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// `NACRE_HOME`, else `~` where that is one, as it is for a service's user, else `$XDG_STATE_HOME/nacre`, else
    /// `~/.local/state/nacre`, else (no home folder) `/var/lib/nacre`.
    package static func standard(_ environment: [String: String]) -> Home {
        if let path = environment["NACRE_HOME"], !path.isEmpty, let absolute = Paths.absolute(path) {
            return Home(path: resolved(absolute))
        }
        if let home = environment["HOME"], home.hasPrefix("/"), Folder.exists(Home(path: home).database) {
            return Home(path: resolved(home))
        }
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            return Home(path: resolved("\(state)/nacre"))
        }
        if let home = environment["HOME"], home.hasPrefix("/") {
            return Home(path: resolved("\(home)/.local/state/nacre"))
        }
        return Home(path: "/var/lib/nacre")
    }

    /// The path without symbolic links, as far as it exists: a sandbox hides the home where it truly lies.
    private static func resolved(_ path: String) -> String {
        var existing = path
        var rest: [Substring] = []
        while true {
            if let real = Paths.real(existing) {
                return ([real == "/" ? "" : real] + rest.map { String($0) }).joined(separator: "/")
            }
            guard let slash = existing.lastIndex(of: "/"), slash != existing.startIndex else { return path }
            rest.insert(existing[existing.index(after: slash)...], at: 0)
            existing = String(existing[..<slash])
        }
    }

    /// All state but bytes.
    package var database: String { "\(path)/nacre.db" }
    /// Held by the one daemon.
    package var lock: String { "\(path)/lock" }
    /// What the daemon is told by a person; nothing has to be there.
    package var settings: String { "\(path)/\(DaemonSettings.fileName)" }
    /// Where the daemon listens; mode 0600.
    package var socket: String { "\(path)/control.sock" }
    /// Bare repositories that Nacre hosts.
    package var repositories: String { "\(path)/repos" }
    /// Where source actions put together their artifacts.
    package var sources: String { "\(path)/sources" }
    /// One folder for each of the daemon's builds.
    package var builds: String { "\(path)/builds" }
    /// One folder for each run of `nacre build`.
    package var localBuilds: String { "\(path)/local" }
    /// The parameters and secrets, encrypted; mode 0600.
    package var secrets: String { "\(path)/secrets.db" }
    /// The key of `secrets`; mode 0600.
    package var secretsKey: String { "\(path)/secrets.key" }
    /// Zips by their SHA-256.
    package var artifacts: String { "\(path)/artifacts" }
    /// What is in the buckets, but for the bytes, which are in `artifacts`.
    package var buckets: String { "\(path)/buckets.db" }
    /// What CodeDeploy keeps of each deployment group: `APPLICATION/GROUP`.
    package var deployments: String { "\(path)/deployments" }
    /// One folder for each environment that serves.
    package var environments: String { "\(path)/environments" }

    /// Takes up space, and is given away when there is none.
    package var reserve: String { "\(path)/reserve" }

    /// One folder for each project that keeps a cache.
    package var caches: String { "\(path)/caches" }

    /// Where a project's cache is kept.
    package func cache(of project: String) -> BuildRequest.Cache {
        BuildRequest.Cache(directory: "\(caches)/\(project)")
    }

    /// The folder of a hosted repository.
    package func repository(_ name: String) -> String { "\(repositories)/\(name).git" }

    /// The folder of one of the daemon's builds.
    package func build(_ id: BuildID) -> BuildFolder { BuildFolder(path: "\(builds)/\(id.uuid)") }

    /// Opens the parameters and secrets; nil where nobody has put any, and nothing is made.
    package func existingSecretStore() throws(SecretError) -> SecretStore? {
        try SecretStore.existing(path: secrets, keyPath: secretsKey)
    }
}
