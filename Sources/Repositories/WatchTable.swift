// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Which directories are watched for which repository, and what their events mean.
///
/// A repository costs a watch for its directory, for `refs`, for `refs/heads`, `refs/tags` and each directory below these. One
/// that is missing costs a watch on the nearest directory above that exists.
struct WatchTable {
    /// Why a directory is watched.
    private enum Role: Hashable {
        /// The git directory: `packed-refs`, `HEAD`, `refs` and kept pushes matter.
        case top
        /// `refs`: only `heads` and `tags` matter.
        case refs
        /// `refs/heads`, `refs/tags` or a directory below them, by its path: everything matters but lock files.
        case names(String)
        /// A directory on the way to a missing repository: only the next name on the way matters; nil: any name.
        case ancestor(String?)
    }

    private struct Owner: Hashable {
        let key: RepositoryKey
        let role: Role
    }

    private enum State: Equatable {
        case watched
        case missing
        /// The fingerprint, nil where the repository is missing, and when watching is to be tried again.
        case polled(Int?, retryAfter: Int)
    }

    private struct Entry {
        let path: String
        var state: State
        var watches: [Int32]
    }

    /// Between two tries to watch a repository that is polled, in polls.
    private static let pollsBeforeRetry = 60

    private static let mask: Inotify.Mask = [
        .created, .deleted, .written, .movedFrom, .movedTo, .selfDeleted, .selfMoved, .onlyDirectory, .adding,
    ]

    private let inotify: Inotify?
    private var entries: [RepositoryKey: Entry] = [:]
    private var owners: [Int32: [Owner]] = [:]
    private var polled: Set<RepositoryKey> = []

    /// - Parameter inotify: nil where the system gives none; everything is polled then.
    init(inotify: Inotify?) {
        self.inotify = inotify
    }

    /// Whether anything has to be looked at once a second.
    var needsPolling: Bool { !polled.isEmpty }

    /// Whether there is a repository at its path, as far as is known.
    func isPresent(_ key: RepositoryKey) -> Bool {
        switch entries[key]?.state {
        case .watched: true
        case .polled(let fingerprint, _): fingerprint != nil
        case .missing, nil: false
        }
    }

    /// Begins to watch; when this returns, no later change is lost.
    mutating func add(_ key: RepositoryKey, path: String) -> [WatchEvent] {
        remove(key)
        entries[key] = Entry(path: path, state: .missing, watches: [])
        return arm(key)
    }

    /// Ends watching; unknown keys are no error.
    mutating func remove(_ key: RepositoryKey) {
        disarm(key)
        polled.remove(key)
        entries[key] = nil
    }

    // MARK: - Events

    /// Translates what the kernel told: each thing once, in the order in which it came up first.
    mutating func handle(_ batch: Inotify.Batch) -> [WatchEvent] {
        if batch.overflowed { return rearmAll() }
        var result = EventList()
        for event in batch.events {
            let concerned = owners[event.watch] ?? []
            if event.mask.contains(.ended) {
                owners[event.watch] = nil
                for owner in concerned { entries[owner.key]?.watches.removeAll { $0 == event.watch } }
            }
            for owner in concerned { result.append(handle(event, owner)) }
        }
        return result.events
    }

    private mutating func handle(_ event: Inotify.Event, _ owner: Owner) -> [WatchEvent] {
        let isGone = !event.mask.isDisjoint(with: [.selfDeleted, .selfMoved, .unmounted])
        switch owner.role {
        case .top:
            if isGone { return check(owner.key, isReplaced: true) }
            switch event.name {
            case "packed-refs": return [.changed(owner.key)]
            case "HEAD", "refs", "objects": return check(owner.key, isReplaced: event.name == "refs")
            // It gets its name when it is whole.
            case let name where event.mask.contains(.movedTo) && KeptPushes.isName(Array(name.utf8)):
                return [.changed(owner.key)]
            default: return []
            }
        case .refs:
            if isGone || event.name == "heads" || event.name == "tags" { return check(owner.key, isReplaced: true) }
            return []
        case .names(let path):
            if isGone {
                // An empty directory is removed whenever its last ref is packed; only a renamed one needs more.
                return event.mask.contains(.selfMoved) ? check(owner.key, isReplaced: true) : []
            }
            if event.isDirectory {
                guard !event.mask.isDisjoint(with: [.created, .movedTo]) else { return [] }
                return watchNames("\(path)/\(event.name)", owner.key) + [.changed(owner.key)]
            }
            // A ref appears as NAME.lock and is renamed; a bare creation is followed by the end of writing.
            if event.name.hasSuffix(".lock") || event.mask == .created { return [] }
            return event.mask.contains(.ended) ? [] : [.changed(owner.key)]
        case .ancestor(let name):
            return isGone || name == nil || name == event.name ? check(owner.key, isReplaced: true) : []
        }
    }

    /// Looks at a repository again after something around it has changed; `isReplaced` says whether its watches may belong to
    /// directories that are not there any more.
    private mutating func check(_ key: RepositoryKey, isReplaced: Bool) -> [WatchEvent] {
        guard let entry = entries[key] else { return [] }
        let wasPresent = isPresent(key)
        let isThere = RepositoryLayout.isRepository(entry.path)
        if wasPresent, isThere, !isReplaced { return [.changed(key)] }
        disarm(key)
        let problems = arm(key)
        return switch (wasPresent, isPresent(key)) {
        case (true, true): problems + [.changed(key)]
        case (true, false): problems + [.vanished(key)]
        case (false, true): problems + [.appeared(key)]
        case (false, false): problems
        }
    }

    private mutating func rearmAll() -> [WatchEvent] {
        var result = EventList()
        for key in entries.keys.sorted() {
            result.append(check(key, isReplaced: true).filter { $0 != .changed(key) })
        }
        return result.events + [.overflow]
    }

    // MARK: - Polling

    /// Looks at the repositories that cannot be watched.
    mutating func poll() -> [WatchEvent] {
        var result = EventList()
        for key in polled.sorted() {
            guard let entry = entries[key], case .polled(let before, let retryAfter) = entry.state else { continue }
            let now = RepositoryLayout.fingerprint(entry.path)
            switch (before, now) {
            case (nil, .some): result.append([.appeared(key)])
            case (.some, nil): result.append([.vanished(key)])
            default: if before != now { result.append([.changed(key)]) }
            }
            setState(.polled(now, retryAfter: retryAfter - 1), key)
            if retryAfter <= 0, inotify != nil {
                // Told again only when something has changed since the fingerprint was taken.
                result.append(check(key, isReplaced: true).filter { if case .polled = $0 { false } else { true } })
            }
        }
        return result.events
    }

    // MARK: - Watches

    /// Sets the watches of a repository that has none.
    private mutating func arm(_ key: RepositoryKey) -> [WatchEvent] {
        guard let path = entries[key]?.path else { return [] }
        do throws(FileError) {
            // Again when the way to the repository changes meanwhile, but not for ever.
            for _ in 0..<100 {
                if try watch(path, key, .top), RepositoryLayout.isRepository(path) {
                    setState(.watched, key)
                    _ = try watch(path + "/refs", key, .refs)
                    try watchTree(path + "/refs/heads", key)
                    try watchTree(path + "/refs/tags", key)
                    return []
                }
                disarm(key)
                setState(.missing, key)
                if try watchAncestor(of: path, key) { return [] }
                disarm(key)
            }
            throw FileError(code: EAGAIN, function: "inotify_add_watch", path: path)
        } catch {
            disarm(key)
            return giveUp(path, key, error)
        }
    }

    /// Leaves a repository to polling.
    private mutating func giveUp(_ path: String, _ key: RepositoryKey, _ error: FileError) -> [WatchEvent] {
        setState(.polled(RepositoryLayout.fingerprint(path), retryAfter: Self.pollsBeforeRetry), key)
        return [.polled(key, error)]
    }

    private mutating func setState(_ state: State, _ key: RepositoryKey) {
        entries[key]?.state = state
        if case .polled = state { polled.insert(key) } else { polled.remove(key) }
    }

    /// Watches a directory of refs that has just appeared, with all that is in it by now.
    private mutating func watchNames(_ path: String, _ key: RepositoryKey) -> [WatchEvent] {
        do throws(FileError) {
            try watchTree(path, key)
            return []
        } catch {
            guard let path = entries[key]?.path else { return [] }
            disarm(key)
            return giveUp(path, key, error)
        }
    }

    /// Watches a directory and all below it.
    private mutating func watchTree(_ path: String, _ key: RepositoryKey) throws(FileError) {
        var open = [path]
        while let next = open.popLast() {
            // The watch first: a directory made before it is found by the listing, one made after it is told by an event.
            if try watch(next, key, .names(next)) { open += RepositoryLayout.directories(in: next) }
        }
    }

    /// Watches the nearest directory that exists on the way to a missing repository.
    /// - Returns: false when the way has changed meanwhile, so that it must be gone again.
    private mutating func watchAncestor(of path: String, _ key: RepositoryKey) throws(FileError) -> Bool {
        if RepositoryLayout.isDirectory(path) {
            return try watch(path, key, .ancestor(nil)) && !RepositoryLayout.isRepository(path)
        }
        var parts = path.split(separator: "/").map(String.init)
        while let name = parts.popLast() {
            let parent = "/" + parts.joined(separator: "/")
            if RepositoryLayout.isDirectory(parent) {
                let next = parent == "/" ? "/" + name : "\(parent)/\(name)"
                return try watch(parent, key, .ancestor(name)) && !RepositoryLayout.isDirectory(next)
            }
        }
        throw FileError(code: ENOENT, function: "inotify_add_watch", path: path)
    }

    /// Sets one watch.
    /// - Returns: false when there is no such directory.
    private mutating func watch(_ path: String, _ key: RepositoryKey, _ role: Role) throws(FileError) -> Bool {
        guard let inotify else { throw FileError(code: EMFILE, function: "inotify_init1") }
        do throws(FileError) {
            let watch = try inotify.addWatch(path, Self.mask)
            let owner = Owner(key: key, role: role)
            let known = owners[watch] ?? []
            if !known.contains(owner) { owners[watch] = known + [owner] }
            if !known.contains(where: { $0.key == key }) { entries[key]?.watches.append(watch) }
            return true
        } catch  where error.code == ENOENT || error.code == ENOTDIR {
            return false
        }
    }

    /// Takes the watches of a repository away; a directory that others need, too, stays watched.
    private mutating func disarm(_ key: RepositoryKey) {
        for watch in entries[key]?.watches ?? [] {
            guard let all = owners[watch] else { continue }
            let others = all.filter { $0.key != key }
            if others.isEmpty {
                owners[watch] = nil
                inotify?.removeWatch(watch)
            } else {
                owners[watch] = others
            }
        }
        entries[key]?.watches = []
    }
}

/// Events in order, each once: a burst in one repository is one reason to look at it.
private struct EventList {
    private(set) var events: [WatchEvent] = []
    private var seen: Set<WatchEvent> = []

    mutating func append(_ more: [WatchEvent]) {
        for event in more where seen.insert(event).inserted { events.append(event) }
    }
}
