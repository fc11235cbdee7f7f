// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes

/// The environments of a home: `ROOT/NAME/`, each served by a process of its own that outlives everybody else.
///
/// May be used by several programs at once. All methods block.
package struct EnvironmentStore: Sendable {
    /// The folder of all environments.
    package let root: String
    /// Absolute path of `nacre-environment`; nil: beside this program, or in `../libexec/nacre`.
    private let givenProgram: String?

    /// The first port that is given to an environment that asks for none.
    static let firstPort = 8001

    /// * `program`: absolute path of `nacre-environment`; nil: it is found where this program is installed.
    package init(_ root: String, program: String? = nil) {
        self.root = root
        givenProgram = program
    }

    /// Absolute path of `nacre-environment`.
    /// - Throws: `system` where it is missing.
    var program: String {
        get throws(EnvironmentsError) {
            if let givenProgram { return givenProgram }
            let name = "nacre-environment"
            if let found = InstalledProgram.path(name) { return found }
            throw EnvironmentsError(.system, InstalledProgram.absence(name))
        }
    }

    /// Where an environment's files lie, or would.
    package func folder(_ name: String) -> EnvironmentFolder { EnvironmentFolder(path: "\(root)/\(name)") }

    // MARK: - Reading

    /// The names of all environments, sorted.
    package func names() throws(EnvironmentsError) -> [String] {
        do throws(FileError) {
            return try DirectoryListing.names(of: root).filter { name in
                !name.hasPrefix(".") && Folder.exists(folder(name).settings)
            }.sorted()
        } catch {
            if error.code == ENOENT { return [] }
            throw EnvironmentsError(error)
        }
    }

    /// What is fixed about an environment; nil where there is none of that name.
    package func settings(_ name: String) throws(EnvironmentsError) -> EnvironmentSettings? {
        if EnvironmentNames.problem(name: name) != nil { return nil }
        return try JSONFile.read(EnvironmentSettings.self, folder(name).settings)
    }

    /// All that is known of an environment.
    /// - Throws: `notFound`, `system`.
    package func report(_ name: String) throws(EnvironmentsError) -> EnvironmentReport {
        guard let settings = try settings(name) else { throw Self.missing(name) }
        return EnvironmentReport(
            settings: settings,
            desired: try JSONFile.read(EnvironmentRequest.self, folder(name).desired),
            state: state(name),
            isAlive: FileLock.isHeld(folder(name).lock)
        )
    }

    /// All that is known of all environments, by name.
    package func reports() throws(EnvironmentsError) -> [EnvironmentReport] {
        var result: [EnvironmentReport] = []
        for name in try names() {
            do throws(EnvironmentsError) { result.append(try report(name)) } catch {
                // Removed since it was listed.
                if error.code != .notFound { throw error }
            }
        }
        return result
    }

    /// How an environment stands; a file that a crash has spoilt is as none.
    func state(_ name: String) -> EnvironmentState {
        (try? JSONFile.read(EnvironmentState.self, folder(name).state)) ?? EnvironmentState()
    }

    static func missing(_ name: String) -> EnvironmentsError {
        EnvironmentsError(.notFound, "there is no environment \(name)")
    }

    // MARK: - Making and removing

    /// Makes an environment, or changes the settings of the one of that name.
    ///
    /// A change of what the application is given starts its instance again, without waiting for it.
    /// - Returns: the settings as they are now, whether it was made, and whether anything has changed.
    /// - Throws: `invalid`; `conflict` when the port belongs to another environment.
    @discardableResult
    package func put(
        _ specification: EnvironmentSpecification,
        by person: String? = nil
    ) throws(EnvironmentsError) -> (settings: EnvironmentSettings, isNew: Bool, isChanged: Bool) {
        if let problem = specification.problem { throw EnvironmentsError(.invalid, problem) }
        try EnvironmentsError.system { () throws(FileError) in try Folder.make(root, mode: 0o700) }
        let lock = try Self.lock("\(root)/.lock")
        defer { withExtendedLifetime(lock) {} }
        let name = specification.name
        let old = try settings(name)
        let port = try port(for: specification, old)
        let now = WallClock.milliseconds()
        var new =
            old
            ?? EnvironmentSettings(
                id: Self.newID(),
                name: name,
                application: specification.application,
                port: port,
                at: now
            )
        specification.apply(to: &new)
        if new == old { return (new, false, false) }
        new.updatedAt = now
        try EnvironmentsError.system { () throws(FileError) in try Folder.make(folder(name).versions, mode: 0o700) }
        try JSONFile.write(new, folder(name).settings, isDurable: true)
        if let old, Self.needsRestart(old, new) { try restartIfRunning(name, person) }
        return (new, old == nil, true)
    }

    /// Makes an environment.
    /// - Throws: `invalid`; `conflict` when there is one of that name, or its port is another's.
    package func create(_ specification: EnvironmentSpecification) throws(EnvironmentsError) -> EnvironmentSettings {
        if try settings(specification.name) != nil {
            throw EnvironmentsError(.conflict, "there is an environment \(specification.name) already")
        }
        return try put(specification).settings
    }

    /// Stops an environment and removes it with its versions and its log.
    package func remove(_ name: String, by person: String? = nil) throws(EnvironmentsError) {
        guard try settings(name) != nil else { throw Self.missing(name) }
        try stop(name, by: person)
        let lock = try Self.lock("\(root)/.lock")
        defer { withExtendedLifetime(lock) {} }
        let removed = "\(root)/.removed-\(name)-\(getpid())-\(WallClock.milliseconds())"
        try EnvironmentsError.system { () throws(FileError) in
            try FileError.check("rename", removed) { unsafe rename(folder(name).path, removed) }
            try Folder.remove(removed)
        }
    }

    // MARK: - Its details

    private func port(
        for specification: EnvironmentSpecification,
        _ old: EnvironmentSettings?
    ) throws(EnvironmentsError) -> Int {
        var taken: [Int: String] = [:]
        for name in try names() where name != specification.name {
            if let settings = try settings(name) { taken[settings.port] = name }
        }
        if let port = specification.port ?? old?.port {
            if let other = taken[port] {
                throw EnvironmentsError(.conflict, "port \(port) belongs to environment \(other); choose another")
            }
            return port
        }
        let free = (Self.firstPort...65535).first { taken[$0] == nil && LoopbackPort.isFree($0) }
        guard let free else { throw EnvironmentsError(.conflict, "no port is free") }
        return free
    }

    private static func needsRestart(_ old: EnvironmentSettings, _ new: EnvironmentSettings) -> Bool {
        old.variables != new.variables || old.port != new.port || old.platform != new.platform
    }

    private static func newID() -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        let end = (0..<10).map { _ in letters[Int.random(in: 0..<letters.count)] }
        return "e-" + String(decoding: end, as: UTF8.self)
    }

    /// Waits for a lock that is held for moments only.
    static func lock(_ path: String) throws(EnvironmentsError) -> FileLock {
        let end = MonotonicClock.milliseconds() + 30_000
        do throws(FileError) {
            while true {
                if let lock = try FileLock.take(path) { return lock }
                if MonotonicClock.milliseconds() > end { throw FileError(code: EBUSY, function: "fcntl", path: path) }
                usleep(2_000)
            }
        } catch {
            throw EnvironmentsError(error)
        }
    }
}
