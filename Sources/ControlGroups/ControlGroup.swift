// SPDX-License-Identifier: Apache-2.0

internal import CShims
internal import Files
internal import Glibc

/// A group of processes that the kernel limits, counts and kills together: `cgroups(7)`.
///
/// It lies beneath this process's own group, so that no limit which holds for this process is escaped, and has one folder in
/// each hierarchy that it needs. It stays when the process ends: `remove` it.
package final class ControlGroup: Sendable {
    /// The folders by controller; the empty name is the unified hierarchy's.
    private let folders: [String: String]
    /// Whether the controllers are version 2, all in one folder.
    private let isUnified: Bool
    /// Descriptors of the files by which a process joins, one in each hierarchy.
    ///
    /// A process that writes `0` to each is in the group. Open as long as this object lives; close-on-exec.
    package let joining: [Int32]

    /// The files behind `joining`: a sandbox that shows them writable lets its processes join.
    package var joiningFiles: [String] { Set(folders.values).sorted().map { "\($0)/cgroup.procs" } }

    private init(folders: [String: String], isUnified: Bool) {
        self.folders = folders
        self.isUnified = isUnified
        joining = Set(folders.values).sorted().compactMap { folder in
            let number = unsafe nacre_open("\(folder)/cgroup.procs", O_WRONLY, 0)
            return number >= 0 ? number : nil
        }
    }

    deinit {
        for number in joining { _ = close(number) }
    }

    // MARK: - Make

    /// Makes a group and sets its limits.
    ///
    /// * `name`: its folders' name; one that is there already is taken over.
    ///
    /// - Throws: `unavailable` when the machine has no controllers for the limits or this user may not use them, `badLimit`.
    package static func make(_ name: String, _ limits: ResourceLimits) throws(ControlGroupError) -> ControlGroup {
        let places = ControlGroupPlaces.current()
        let wanted = limits.controllers
        var reasons: [String] = []
        if let unified = places.unified {
            do throws(ControlGroupError) {
                let folder = try makeUnified(name, in: unified, wanted)
                let group = ControlGroup(folders: ["": folder], isUnified: true)
                return try group.limited(to: limits)
            } catch {
                if error.code == .badLimit { throw error }
                reasons.append(error.message)
            }
        }
        do throws(ControlGroupError) {
            let folders = try makeLegacy(name, in: places, wanted)
            return try ControlGroup(folders: folders, isUnified: false).limited(to: limits)
        } catch {
            if error.code == .badLimit { throw error }
            reasons.append(error.message)
        }
        throw ControlGroupError(.unavailable, reasons.joined(separator: "; "))
    }

    /// A group that another process has made for this one's children; nil when there is none of that name.
    package static func existing(_ name: String) -> ControlGroup? {
        let places = ControlGroupPlaces.current()
        var folders: [String: String] = [:]
        for (controller, place) in places.legacy where Folder.isFolder("\(place.group)/\(name)") {
            folders[controller] = "\(place.group)/\(name)"
        }
        if let unified = places.unified,
            let parent = ancestors(of: unified).first(where: { Folder.isFolder("\($0)/\(name)") })
        {
            let isUnified = folders.isEmpty
            folders[""] = "\(parent)/\(name)"
            return ControlGroup(folders: folders, isUnified: isUnified)
        }
        return folders.isEmpty ? nil : ControlGroup(folders: folders, isUnified: false)
    }

    /// A group's folder and those above it, up to the hierarchy's.
    private static func ancestors(of place: ControlGroupPlaces.Place) -> [String] {
        var folder = place.group
        var result = [folder]
        while folder != place.mount, folder.hasPrefix(place.mount), let slash = folder.lastIndex(of: "/") {
            folder = String(folder[..<slash])
            result.append(folder)
        }
        return result
    }

    /// The group that this very process is in, to read its facts; a process in a container has one of its own.
    package static func own() -> ControlGroup {
        let places = ControlGroupPlaces.current()
        let controllers = places.unified.map { ControlGroupFile.words("\($0.group)/cgroup.controllers") } ?? []
        if let unified = places.unified, controllers.contains("memory") || controllers.contains("pids") {
            return ControlGroup(folders: ["": unified.group], isUnified: true)
        }
        var folders: [String: String] = [:]
        for name in ["cpu", "memory", "pids"] { folders[name] = places.legacy[name]?.group }
        return ControlGroup(folders: folders, isUnified: false)
    }

    private static func makeUnified(
        _ name: String,
        in place: ControlGroupPlaces.Place,
        _ wanted: [String]
    ) throws(ControlGroupError) -> String {
        if wanted.isEmpty { return try make("\(place.group)/\(name)") }
        let offered = ControlGroupFile.words("\(place.mount)/cgroup.controllers")
        if let missing = wanted.first(where: { !offered.contains($0) }) {
            throw ControlGroupError(.unavailable, "the unified hierarchy has no controller '\(missing)'")
        }
        var reason = "no group above this process gives its controllers to others"
        for parent in ancestors(of: place) where gives(wanted, parent) {
            do throws(ControlGroupError) { return try make("\(parent)/\(name)") } catch { reason = error.message }
        }
        throw ControlGroupError(.unavailable, reason)
    }

    /// Whether a group of the unified hierarchy gives controllers to those within it; it is told to where it can.
    ///
    /// One with processes of its own cannot, but for the hierarchy's root, which has no type. The kernel lets it give `cpu` and
    /// `pids` all the same, and then nobody can join the groups within it.
    static func gives(_ wanted: [String], _ group: String) -> Bool {
        let hasProcesses = !ControlGroupFile.words("\(group)/cgroup.procs").isEmpty
        if hasProcesses, Folder.exists("\(group)/cgroup.type") { return false }
        let given = ControlGroupFile.words("\(group)/cgroup.subtree_control")
        let missing = wanted.filter { !given.contains($0) }
        if missing.isEmpty { return true }
        let text = missing.map { "+\($0)" }.joined(separator: " ")
        return ControlGroupFile.write(text, to: "\(group)/cgroup.subtree_control") == 0
    }

    // MARK: - Room

    /// Moves this process into a group within its own, so that its own can give controllers to groups beside it.
    ///
    /// For a service whose group is its own to divide, as systemd's `Delegate=` makes it. Where this process may not, or there
    /// are no controllers to give, nothing happens.
    package static func leaveRoom() {
        guard let place = ControlGroupPlaces.current().unified else { return }
        leaveRoom(in: place)
    }

    static func leaveRoom(in place: ControlGroupPlaces.Place) {
        let name = "/daemon"
        // The hierarchy's root, which has no type, gives controllers as it is.
        guard !place.group.hasSuffix(name), Folder.exists("\(place.group)/cgroup.type"),
            !ControlGroupFile.words("\(place.group)/cgroup.controllers").isEmpty
        else { return }
        let seat = place.group + name
        let isNew = unsafe mkdir(seat, 0o755) == 0
        if ControlGroupFile.write(String(getpid()), to: "\(seat)/cgroup.procs") != 0, isNew { _ = unsafe rmdir(seat) }
    }

    private static func makeLegacy(
        _ name: String,
        in places: ControlGroupPlaces,
        _ wanted: [String]
    ) throws(ControlGroupError) -> [String: String] {
        var folders: [String: String] = [:]
        for controller in wanted {
            guard let place = places.legacy[controller] else {
                for folder in folders.values { _ = unsafe rmdir(folder) }
                throw ControlGroupError(.unavailable, "there is no hierarchy for the controller '\(controller)'")
            }
            do throws(ControlGroupError) { folders[controller] = try make("\(place.group)/\(name)") } catch {
                for folder in folders.values { _ = unsafe rmdir(folder) }
                throw error
            }
        }
        // Without controllers, but it kills at once; nothing is lost without it.
        if let unified = places.unified { folders[""] = try? make("\(unified.group)/\(name)") }
        if folders.isEmpty { throw ControlGroupError(.unavailable, "this machine has no control groups") }
        return folders
    }

    private static func make(_ folder: String) throws(ControlGroupError) -> String {
        if unsafe mkdir(folder, 0o755) == 0 || errno == EEXIST {
            if unsafe access("\(folder)/cgroup.procs", W_OK) == 0 { return folder }
        }
        let error = FileError(code: errno, function: "mkdir", path: folder)
        throw ControlGroupError(.unavailable, "a control group cannot be made: \(error)")
    }

    // MARK: - Limits

    private func limited(to limits: ResourceLimits) throws(ControlGroupError) -> ControlGroup {
        do throws(ControlGroupError) {
            try set(limits)
            return self
        } catch {
            remove()
            throw error
        }
    }

    private func set(_ limits: ResourceLimits) throws(ControlGroupError) {
        if let bytes = limits.memoryBytes {
            if isUnified {
                try set("memory", "memory.max", String(bytes))
                try set("memory", "memory.swap.max", "0", isOptional: true)
            } else {
                // The limit with swap may not be below the one without: a group that is taken over is opened first.
                try set("memory", "memory.memsw.limit_in_bytes", "-1", isOptional: true)
                try set("memory", "memory.limit_in_bytes", String(bytes))
                try set("memory", "memory.memsw.limit_in_bytes", String(bytes), isOptional: true)
            }
        }
        if let cpus = limits.cpus {
            let period = 100_000
            // The kernel takes no quota below a millisecond.
            let quota = max(1000, Int(cpus * Double(period)))
            if isUnified {
                try set("cpu", "cpu.max", "\(quota) \(period)")
            } else {
                try set("cpu", "cpu.cfs_period_us", String(period))
                try set("cpu", "cpu.cfs_quota_us", String(quota))
            }
        }
        if let count = limits.processes { try set("pids", "pids.max", String(count)) }
    }

    private func set(
        _ controller: String,
        _ file: String,
        _ value: String,
        isOptional: Bool = false
    ) throws(ControlGroupError) {
        guard let folder = folder(of: controller) else { return }
        let path = "\(folder)/\(file)"
        let code = ControlGroupFile.write(value, to: path)
        if code == 0 || isOptional { return }
        let error = FileError(code: code, function: "write", path: path)
        throw ControlGroupError(.badLimit, "the limit \(value) is refused: \(error)")
    }

    private func folder(of controller: String) -> String? {
        isUnified ? folders[""] : folders[controller]
    }

    // MARK: - Facts

    /// What the kernel has counted so far.
    package func facts() -> ResourceFacts {
        var facts = ResourceFacts()
        if let folder = folder(of: "memory") {
            let events = isUnified ? "memory.events" : "memory.oom_control"
            facts.outOfMemoryKills = ControlGroupFile.counter("oom_kill", in: "\(folder)/\(events)")
            let peak = isUnified ? "memory.peak" : "memory.max_usage_in_bytes"
            facts.peakMemoryBytes = ControlGroupFile.number("\(folder)/\(peak)")
        }
        if let folder = folder(of: "pids") {
            facts.refusedForks = ControlGroupFile.counter("max", in: "\(folder)/pids.events")
        }
        if let folder = folder(of: "cpu") {
            let file = "\(folder)/cpu.stat"
            facts.throttledMilliseconds =
                isUnified
                ? ControlGroupFile.counter("throttled_usec", in: file).map { $0 / 1000 }
                : ControlGroupFile.counter("throttled_time", in: file).map { $0 / 1_000_000 }
        }
        return facts
    }

    // MARK: - End

    /// Kills every process of the group.
    /// - Parameter milliseconds: how long to go on.
    /// - Returns: whether none is left.
    @discardableResult
    package func killAll(within milliseconds: Int = 5000) -> Bool {
        for _ in 0...(max(milliseconds, 0) * 2) {
            if let unified = folders[""] { _ = ControlGroupFile.write("1", to: "\(unified)/cgroup.kill") }
            let members = Set(folders.values.flatMap(ControlGroupFile.members))
            if members.isEmpty { return true }
            for pid in members { Self.kill(pid, in: folders) }
            usleep(500)
        }
        return false
    }

    /// Kills what is left, and removes the group and those within it.
    /// - Returns: whether it is gone.
    @discardableResult
    package func remove() -> Bool {
        guard killAll() else { return false }
        var isGone = true
        for folder in Set(folders.values) where !ControlGroupFile.removeTree(folder) { isGone = false }
        return isGone
    }

    /// Removes the groups of an earlier process that was killed.
    ///
    /// * `prefix`: how the names of the groups in question begin.
    /// * `isInUse`: whether a group, given by the rest of its name, must stay.
    ///
    /// - Returns: how many were removed.
    @discardableResult
    package static func removeLeftovers(prefix: String, isInUse: (String) -> Bool) -> Int {
        let places = ControlGroupPlaces.current()
        var parents: [(controller: String, folder: String)] = places.legacy.map { ($0.key, $0.value.group) }
        if let unified = places.unified { parents += ancestors(of: unified).map { ("", $0) } }
        var found: [String: [String: String]] = [:]
        for (controller, parent) in parents {
            for name in (try? DirectoryListing.names(of: parent)) ?? [] where name.hasPrefix(prefix) {
                if isInUse(String(name.dropFirst(prefix.count))) { continue }
                found[name, default: [:]][controller] = "\(parent)/\(name)"
            }
        }
        return found.values.count { ControlGroup(folders: $0, isUnified: false).remove() }
    }

    private static func kill(_ pid: Int32, in folders: [String: String]) {
        let number = nacre_pidfd_open(pid)
        guard number >= 0 else { return }
        let handle = Descriptor(owning: number)
        // Asked again now that the number is pinned.
        let isMember = folders.values.contains { ControlGroupFile.members($0).contains(pid) }
        if isMember { _ = nacre_pidfd_send_signal(handle.number, SIGKILL) }
    }
}
