// SPDX-License-Identifier: Apache-2.0

internal import Control
internal import Files
internal import Glibc

/// How much lies in the home.
///
/// Looking takes as long as there are files, so that it is done beside everything else, and what was found holds for a while:
/// for fifty times as long as it took to find, and for a minute at least.
actor StoredBytes {
    struct Found: Sendable {
        var artifacts: Int64
        var logs: Int64
    }

    private static let least = Duration.seconds(60)

    private let home: Home
    private let thread = BlockingQueue(label: "nacre.stored")
    private var found: Found?
    private var goodUntil = ContinuousClock.now
    private var looking: Task<Found, Never>?

    init(home: Home) {
        self.home = home
    }

    /// What was found last; who asks first waits for it.
    func now() async -> Found {
        if looking == nil, found == nil || ContinuousClock.now >= goodUntil {
            // Ends by itself; whoever asked first awaits it.
            looking = Task { await look() }
        }
        if let found { return found }
        return await looking?.value ?? Found(artifacts: 0, logs: 0)
    }

    private func look() async -> Found {
        let start = ContinuousClock.now
        let result = await thread.run { [home] in
            Found(artifacts: Self.artifacts(home.artifacts), logs: Self.logs(home.builds))
        }
        let end = ContinuousClock.now
        goodUntil = end + max(Self.least, (end - start) * 50)
        found = result
        looking = nil
        return result
    }

    /// Files in folders of a folder.
    private static func artifacts(_ root: String) -> Int64 {
        names(root).reduce(0) { sum, folder in
            names("\(root)/\(folder)").reduce(sum) { $0 + size("\(root)/\(folder)/\($1)") }
        }
    }

    private static func logs(_ root: String) -> Int64 {
        names(root).reduce(0) { $0 + size("\(root)/\($1)/log") }
    }

    private static func names(_ path: String) -> [String] { (try? DirectoryListing.names(of: path)) ?? [] }

    private static func size(_ path: String) -> Int64 {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return 0 }
        return Int64(status.st_size)
    }
}
