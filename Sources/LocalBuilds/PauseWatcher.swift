// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Files
internal import JSON

/// Sees in a build's events whether it is held for debugging.
final class PauseWatcher {
    private let reader: LogReader
    private var line: [UInt8] = []
    private var isHeld = false
    private var isTaken = false

    init(_ folder: BuildFolder) {
        reader = LogReader(path: folder.events)
    }

    /// Whether a build is held now.
    static func isPaused(_ folder: BuildFolder) -> Bool {
        (try? PauseWatcher(folder).isPaused()) ?? false
    }

    /// Whether it is held anew: true once for each time, however long it takes the build to go on.
    func takePause() throws(FileError) -> Bool {
        guard try isPaused(), !isTaken else { return false }
        isTaken = true
        return true
    }

    /// Whether it is held, after all that it has written so far.
    func isPaused() throws(FileError) -> Bool {
        while true {
            let bytes = try reader.next()
            if bytes.isEmpty { return isHeld }
            for byte in bytes {
                guard byte == UInt8(ascii: "\n") else {
                    line.append(byte)
                    continue
                }
                if let event = try? JSONText.decode(BuildEvent.self, from: line) {
                    if event.kind == .paused { (isHeld, isTaken) = (true, false) }
                    if event.kind == .resumed || event.kind == .finished { isHeld = false }
                }
                line = []
            }
        }
    }
}
