// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes

/// The processes that belong to one instance, however they were started: this process inherits every orphan.
enum InstanceTree {
    /// The variable that names the environment's folder to all of its processes.
    static let folderVariable = "NACRE_ENVIRONMENT"
    /// The variable that tells the processes of one instance from another's.
    static let instanceVariable = "NACRE_INSTANCE"

    /// The numbers of all live processes of an instance.
    ///
    /// * `leaders`: those that were started for it; each leads a session.
    /// * `instance`: the value of its variable.
    static func members(leaders: [Int32], instance: String) -> [Int32] {
        var found: [Int32] = []
        var waiting = ProcessTree.children(of: getpid()).filter { pid in
            leaders.contains(pid) || leaders.contains(getsid(pid)) || hasMark(pid, instance)
        }
        while let next = waiting.popLast() {
            if !isZombie(next) { found.append(next) }
            waiting += ProcessTree.children(of: next)
        }
        return found
    }

    private static func hasMark(_ pid: Int32, _ instance: String) -> Bool {
        let wanted = Array("\(instanceVariable)=\(instance)".utf8)
        guard let bytes = try? AtomicFile.read("/proc/\(pid)/environ", limit: 4 << 20) else { return false }
        return bytes.split(separator: 0).contains { $0.elementsEqual(wanted) }
    }

    private static func isZombie(_ pid: Int32) -> Bool {
        guard let bytes = try? AtomicFile.read("/proc/\(pid)/stat"), let bracket = bytes.lastIndex(of: 41) else {
            return true
        }
        return bytes.dropFirst(bracket + 2 - bytes.startIndex).first == UInt8(ascii: "Z")
    }

    /// Kills what an earlier process of the environment has left.
    ///
    /// * `processes`: the leaders that it knew.
    static func endLeftOvers(of folder: EnvironmentFolder, processes: [String]) {
        for identity in processes.compactMap({ ProcessIdentity(text: $0) }) {
            guard let handle = identity.open() else { continue }
            // The number is its own as long as the handle shows it alive; its session has it, too.
            for pid in sessionMembers(identity.pid) { ProcessTree.signal(SIGKILL, to: pid) }
            withExtendedLifetime(handle) {}
            _ = identity.signal(SIGKILL)
        }
        StrayProcesses.kill(variable: folderVariable, value: folder.path)
    }

    private static func sessionMembers(_ session: Int32) -> [Int32] {
        let names = (try? DirectoryListing.names(of: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { $0 != session && getsid($0) == session }
    }
}
