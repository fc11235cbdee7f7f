// SPDX-License-Identifier: Apache-2.0

package import Files
internal import Glibc
internal import JSON

/// What a build folder says about its build, at any moment.
///
/// The build itself may have written there: see `ForeignFile`. All of it blocks. What is not there, and what is not what was
/// written, counts as not written. What cannot be read at this moment, for want of descriptors, say, is an error: it says
/// nothing about the build.
package enum BuildReader {
    /// Bytes of a file that are read; the largest that a build makes has a few hundred thousand.
    private static let limitBytes = 16 << 20

    /// How far a build has come.
    package enum Standing: Sendable, Hashable {
        /// No supervisor has begun: it can be started (again) without doing anything twice.
        case notStarted
        /// A supervisor lives.
        case running
        /// It is over.
        case finished(Build)
        /// It was begun, and nobody runs it any more.
        case lost
    }

    /// Looks at the lock, the result and the events, in the order that makes the answer sure.
    package static func standing(of folder: BuildFolder) throws(FileError) -> Standing {
        do throws(FileError) {
            if let build = try result(of: folder) { return .finished(build) }
        } catch {
            // What a running build has closed to us says nothing.
            if error.code == EACCES, FileLock.isHeld(folder.lock) { return .running }
            throw error
        }
        if FileLock.isHeld(folder.lock) { return .running }
        // The result may have been written, and the lock let go, between the two questions.
        if let build = try result(of: folder) { return .finished(build) }
        // Whatever has the name says that it was begun.
        return Folder.exists(folder.events) ? .lost : .notStarted
    }

    /// The result, when it has been written.
    package static func result(of folder: BuildFolder) throws(FileError) -> Build? {
        guard let bytes = try bytes(of: folder.result) else { return nil }
        return try? JSONText.decode(Build.self, from: bytes)
    }

    /// The request, when it has been written.
    package static func request(of folder: BuildFolder) throws(FileError) -> BuildRequest? {
        guard let bytes = try bytes(of: folder.request) else { return nil }
        return try? JSONText.decode(BuildRequest.self, from: bytes)
    }

    /// The build as its events tell it: for one that runs, or that was lost.
    package static func progress(of folder: BuildFolder) throws(FileError) -> Build? {
        guard let request = try request(of: folder) else { return nil }
        var build = Build(request, folder: folder)
        for event in try events(of: folder) {
            guard let phase = event.phase else { continue }
            build.currentPhase = phase.phaseType
            if let index = build.phases.firstIndex(where: { $0.phaseType == phase.phaseType }) {
                build.phases[index] = phase
            } else {
                build.phases.append(phase)
            }
        }
        return build
    }

    /// All whole lines of the events file; a line half written at a crash is left out.
    package static func events(of folder: BuildFolder) throws(FileError) -> [BuildEvent] {
        let lines = try bytes(of: folder.events)?.split(separator: UInt8(ascii: "\n")) ?? []
        return lines.compactMap { line in try? JSONText.decode(BuildEvent.self, from: Array(line)) }
    }

    /// A whole file; nil where there is none, or something that no supervisor has written.
    private static func bytes(of path: String) throws(FileError) -> [UInt8]? {
        do throws(FileError) {
            return try ForeignFile.read(path, limit: limitBytes)
        } catch {
            if error.isMissing || error.isNoFile || error.code == EFBIG { return nil }
            throw error
        }
    }
}
