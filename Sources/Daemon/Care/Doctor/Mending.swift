// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Files
internal import Glibc
internal import Repositories

/// What `nacre doctor --fix` may do by itself: nothing of it takes away what a person has made.
enum Mending: Sendable, Hashable {
    case setMode(path: String, mode: UInt32)
    /// Of files that only we write and nobody needs: what a crash has left half written, a socket without a listener.
    case remove(paths: [String])
    /// Puts what nobody knows aside, into `trash` of the home.
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
        case .setAside(let paths):
            let trash = "\(home.path)/trash"
            try Folder.make(trash, mode: 0o700)
            for path in paths {
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
