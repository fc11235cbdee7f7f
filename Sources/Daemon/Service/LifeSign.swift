// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Files
internal import Glibc
internal import Journals

/// Whether the daemon does what it is there for: those without whom nothing goes on here are asked.
struct LifeSign: Sendable {
    let home: Home
    let journal: JournalStore
    let engine: Engine
    let pipelines: PipelineService
    /// A disk that hangs is not to keep the socket from being looked at, nor the other way round.
    private let disk = BlockingQueue(label: "nacre.life.disk")
    private let client = BlockingQueue(label: "nacre.life.client")

    init(home: Home, journal: JournalStore, engine: Engine, pipelines: PipelineService) {
        self.home = home
        self.journal = journal
        self.engine = engine
        self.pipelines = pipelines
    }

    /// Returns when all have answered, be it with an error: a disk that is full stays full under a new daemon.
    /// - Throws: when nobody can reach the daemon.
    func look() async throws(ControlFailure) {
        await disk.run { [home] in Self.write(to: home) }
        try? await journal.use { journal throws(JournalError) in try journal.touch() }
        _ = await engine.load
        _ = await pipelines.isDraining
        try await client.run { [home] () throws(ControlFailure) in
            var client = try ControlClient(home)
            _ = try client.ask(.ping)
        }
    }

    /// Has the disk take the number of this process, which the lock's file says already: what is only read may come from memory.
    private static func write(to home: Home) {
        guard let file = try? Descriptor.open(home.lock, O_WRONLY) else { return }
        try? file.writeAll("\(getpid())\n")
        try? file.sync()
    }
}
