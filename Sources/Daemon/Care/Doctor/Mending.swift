// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Control
internal import Files
internal import Glibc
internal import Repositories

/// What `nacre doctor --fix` may do by itself: nothing of it takes away what a person has made.
enum Mending: Sendable, Hashable {
    case setMode(path: String, mode: UInt32)
    /// Of files that only we write and nobody needs: what a crash has left half written.
    case remove(paths: [String])
    /// The socket that no daemon listens at.
    case removeSocket
    /// Puts folders of builds that nobody knows aside, into `trash` of the home.
    case setAside(paths: [String])
    case installHook(repository: String, program: String)

    /// Does it.
    /// - Returns: what was done, for a person.
    /// - Throws: a sentence on why it could not be done.
    func carryOut(_ home: Home) throws -> String {
        switch self {
        case .setMode(let path, let mode):
            try FileError.check("chmod", path) { unsafe chmod(path, mode) }
            return "its mode is now \(String(mode, radix: 8))"
        case .remove(let paths):
            for path in paths { try Folder.remove(path) }
            return paths.count == 1 ? "it was removed" : "they were removed"
        case .removeSocket:
            // One may have been started since it was looked at; while this is held, none is.
            guard let lock = try FileLock.take(home.lock) else {
                throw ControlFailure(.conflict, "a daemon has been started meanwhile")
            }
            try Folder.remove(home.socket)
            withExtendedLifetime(lock) {}
            return "it was removed"
        case .setAside(let paths):
            let trash = "\(home.path)/trash"
            try Folder.make(trash, mode: 0o700)
            for path in paths {
                if FileLock.isHeld(BuildFolder(path: path).lock) {
                    throw ControlFailure(.conflict, "somebody works in \(path) by now")
                }
                let target = "\(trash)/\(Paths.name(path))"
                try FileError.check("rename", path) { unsafe rename(path, target) }
            }
            return "moved to \(trash), from where nothing is taken by itself"
        case .installHook(let repository, let program):
            try Hooks(repository: repository).install(program: program, socket: home.socket)
            return "the hook was installed"
        }
    }
}
