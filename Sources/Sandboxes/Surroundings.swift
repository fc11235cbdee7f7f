// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Files

/// Which folders of the machine a build outside of the system itself may see.
struct Surroundings: Sendable, Hashable {
    /// The build's folder.
    let folder: String
    /// What of it can only be read: how the build is isolated, and who holds it, is nothing that it may say itself.
    let kept: [String]
    /// The supervisor's own file.
    let executable: String
    /// Nacre's home, with other builds, secrets and the control socket; nil when the build's folder is in no home.
    let nacreHome: String?
    /// What else may be written: working trees that are built in place, and the project's cache.
    let writable: [String]
    /// What else may be read: a buildspec that lies elsewhere.
    let readable: [String]

    init(_ folder: BuildFolder, _ request: BuildRequest, executable: String) {
        self.folder = folder.path
        kept = [folder.request, folder.lock]
        self.executable = executable
        nacreHome = Self.home(of: folder.path)
        var writable = ([request.source] + request.secondarySources).map(\.directory)
        if let cache = request.cache { writable.append(cache.directory) }
        let inside = folder.path + "/"
        self.writable = writable.filter { !($0 + "/").hasPrefix(inside) }
        if case .file(let path) = request.buildspec, path.hasPrefix("/"), !path.hasPrefix(inside) {
            readable = [path]
        } else {
            readable = []
        }
    }

    /// `HOME` of `HOME/builds/UUID` and `HOME/local/UUID`.
    static func home(of folder: String) -> String? {
        let parts = folder.split(separator: "/")
        guard parts.count > 2, ["builds", "local"].contains(parts[parts.count - 2]) else { return nil }
        return "/" + parts.dropLast(2).joined(separator: "/")
    }
}
