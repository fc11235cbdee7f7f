// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Files
internal import Processes
internal import WireWords

/// A local build whose supervisor has begun.
final class RunningBuild {
    let id: BuildID
    let folder: BuildFolder
    private let launched: BuildLauncher.Launched
    private let log: LogReader

    init(id: BuildID, folder: BuildFolder, launched: consuming BuildLauncher.Launched) {
        self.id = id
        self.folder = folder
        self.launched = launched
        log = LogReader(path: folder.log)
    }

    /// Becomes readable when the supervisor has ended; good as long as this object.
    var handle: Int32 { launched.supervisor.handle.number }

    /// Whether the supervisor has ended; it is reaped then.
    ///
    /// Not to be asked again after that.
    func hasEnded() throws(FileError) -> Bool { try launched.supervisor.poll() != nil }

    /// Sends a signal to the supervisor.
    func signal(_ number: Int32) { launched.supervisor.signal(number) }

    /// Hands over what has been added to the log.
    /// - Returns: whether there was anything.
    func readLog(_ take: (ArraySlice<UInt8>) -> Void) throws(FileError) -> Bool {
        var hasMore = false
        while true {
            let bytes = try log.next()
            if bytes.isEmpty { return hasMore }
            hasMore = true
            take(bytes)
        }
    }
}
