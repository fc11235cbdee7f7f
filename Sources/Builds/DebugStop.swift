// SPDX-License-Identifier: Apache-2.0

internal import DebugShells
internal import Files
internal import Glibc
internal import Processes

/// Holds a build for a person, and lets people in: the part of a supervisor that `--debug` adds.
///
/// The build is held after a failed command, or by a command that waits at `codebuild-breakpoint`, until somebody wants it
/// to go on, nobody has been in it for an hour, or eight hours have passed.
final class DebugStop {
    /// How long a held build waits while nobody has a shell in it.
    static let idleMilliseconds: Int64 = 60 * 60 * 1000
    /// How long a build is held at most.
    static let longestMilliseconds: Int64 = 8 * 60 * 60 * 1000

    /// What the owner is told, in order.
    enum News {
        case paused
        case shellOpened
        case resumed(String)
    }

    private let server: DebugShellServer
    private let tell: (News) throws(FileError) -> Void
    /// Times of the monotonic clock; nil while the build runs.
    private var pausedAt: Int64?
    private var lastUse: Int64 = 0
    /// What earlier pauses took.
    private var heldBefore: Int64 = 0

    /// * `socket`: where to listen.
    /// * `open`: says which shell somebody gets; it is given the breakpoint at which a command waits.
    /// * `tell`: takes what happens.
    init(
        socket: String,
        open: @escaping (DebugHello, DebugHello?) throws(DebugShellError) -> DebugShellLaunch,
        tell: @escaping (News) throws(FileError) -> Void
    ) throws(FileError) {
        server = try DebugShellServer(path: socket, open: open)
        self.tell = tell
    }

    /// Whether the build is held.
    var isPaused: Bool { server.isPaused }

    /// Process numbers of the shells: children that it waits for itself.
    var shells: [Int32] { server.children }

    /// What to poll before the next `turn`.
    var interests: [pollfd] { server.interests }

    /// How long the build has been held altogether.
    var heldMilliseconds: Int64 { heldBefore + (pausedAt.map { MonotonicClock.milliseconds() - $0 } ?? 0) }

    /// How long nothing has to be looked at, if no descriptor tells of anything.
    var patienceMilliseconds: Int32 { pausedAt == nil ? .max : 10_000 }

    /// Holds the build between two commands.
    func hold() throws(FileError) {
        server.hold()
        try noteState()
    }

    /// Lets the commands of a user connect.
    func give(to user: UInt32?) {
        server.give(to: user ?? geteuid())
    }

    /// Does what can be done without waiting.
    func turn() throws(FileError) {
        for event in server.handle() {
            switch event {
            case .opened: try tell(.shellOpened)
            case .closed, .breakpoint, .resumed: break
            }
        }
        try noteState()
    }

    /// Lets nobody in any more.
    func close() {
        server.close(telling: "the build ends")
    }

    private func noteState() throws(FileError) {
        let now = MonotonicClock.milliseconds()
        switch (pausedAt, server.isPaused) {
        case (nil, true):
            pausedAt = now
            lastUse = now
            try tell(.paused)
        case (let start?, false):
            heldBefore += now - start
            pausedAt = nil
            try tell(.resumed("The build goes on"))
        case (let start?, true):
            if server.hasShells { lastUse = now }
            let isIdle = now - lastUse > Self.idleMilliseconds
            guard isIdle || now - start > Self.longestMilliseconds else { return }
            let reason = isIdle ? "nobody has been in it for an hour" : "it has been held for eight hours"
            server.resume(telling: "the build goes on: \(reason)")
            heldBefore += now - start
            pausedAt = nil
            try tell(.resumed("The build goes on: \(reason)"))
        case (nil, false): break
        }
    }
}
