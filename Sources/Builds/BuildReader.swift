// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import JSON

/// What a build folder says about its build, at any moment.
///
/// The build itself may have written there: see `ForeignFile`. All of it blocks.
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
    package static func standing(of folder: BuildFolder) -> Standing {
        if let build = result(of: folder) { return .finished(build) }
        if FileLock.isHeld(folder.lock) { return .running }
        // The result may have been written, and the lock let go, between the two questions.
        if let build = result(of: folder) { return .finished(build) }
        return Folder.exists(folder.events) ? .lost : .notStarted
    }

    /// The result, when it has been written.
    package static func result(of folder: BuildFolder) -> Build? {
        guard let bytes = try? ForeignFile.read(folder.result, limit: limitBytes) else { return nil }
        return try? JSONText.decode(Build.self, from: bytes)
    }

    /// The request, when it has been written.
    package static func request(of folder: BuildFolder) -> BuildRequest? {
        guard let bytes = try? ForeignFile.read(folder.request, limit: limitBytes) else { return nil }
        return try? JSONText.decode(BuildRequest.self, from: bytes)
    }

    /// The build as its events tell it: for one that runs, or that was lost.
    package static func progress(of folder: BuildFolder) -> Build? {
        guard let request = request(of: folder) else { return nil }
        var build = Build(request, folder: folder)
        for event in events(of: folder) {
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
    package static func events(of folder: BuildFolder) -> [BuildEvent] {
        guard let bytes = try? ForeignFile.read(folder.events, limit: limitBytes) else { return [] }
        var events: [BuildEvent] = []
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if let event = try? JSONText.decode(BuildEvent.self, from: Array(bytes[start..<end])) {
                events.append(event)
            }
            start = end + 1
        }
        return events
    }
}
