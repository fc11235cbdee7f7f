// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Processes

extension MachineFacts {
    /// Looks at the machine.
    ///
    /// * `programs`: where ours should be.
    /// * `repositories`: how many are watched.
    static func probe(programs: [String], repositories: Int) -> MachineFacts {
        var facts = MachineFacts()
        facts.missingPrograms = programs.filter { unsafe access($0, X_OK) != 0 }
        facts.kernelText = line("/proc/sys/kernel/osrelease") ?? ""
        let numbers = facts.kernelText.split(whereSeparator: { !$0.isNumber }).prefix(2).compactMap { Int($0) }
        if numbers.count == 2 { facts.kernel = (numbers[0], numbers[1]) }
        let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin"
        for name in ["git", "bwrap", "podman"] {
            for folder in path.split(separator: ":") where facts.tools[name] == nil {
                let place = "\(folder)/\(name)"
                if unsafe access(place, X_OK) == 0 { facts.tools[name] = place }
            }
        }
        facts.git = facts.tools["git"].flatMap(gitVersion)
        facts.watchLimit = line("/proc/sys/fs/inotify/max_user_watches").flatMap { Int($0) }
        facts.instanceLimit = line("/proc/sys/fs/inotify/max_user_instances").flatMap { Int($0) }
        // The folder itself, `refs`, `refs/heads`, and some for branches with a slash in their names.
        facts.watchesNeeded = repositories * 8
        if Folder.exists("/sys/fs/cgroup/cgroup.controllers") {
            facts.controlGroups = 2
        } else if Folder.isFolder("/sys/fs/cgroup/memory") || Folder.isFolder("/sys/fs/cgroup/pids") {
            facts.controlGroups = 1
        }
        facts.clock = Int64(time(nil))
        return facts
    }

    private static func line(_ path: String) -> String? {
        guard let file = try? Descriptor.open(path, O_RDONLY), let bytes = try? file.readToEnd(limit: 4096) else {
            return nil
        }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    private static func gitVersion(_ program: String) -> String? {
        do throws(FileError) {
            let null = try Descriptor.open("/dev/null", O_RDWR)
            let pipe = try Descriptor.pipe()
            let reading = Descriptor(owning: pipe.reading)
            let child = try start(program, null.number, Descriptor(owning: pipe.writing))
            let text = String(decoding: try reading.readToEnd(limit: 4096), as: UTF8.self)
            guard try child.wait().isSuccess, text.hasPrefix("git version ") else { return nil }
            return String(text.dropFirst("git version ".count).prefix { $0 != "\n" })
        } catch {
            return nil
        }
    }

    /// The writing end goes with the call: the reading one then ends with the child.
    private static func start(
        _ program: String,
        _ null: Int32,
        _ writing: consuming Descriptor
    ) throws(FileError) -> ChildProcess {
        try ChildProcess.spawn(
            ChildProcess.Request(
                executable: program,
                arguments: ["git", "--version"],
                environment: ["LC_ALL=C", "PATH=/usr/bin:/bin"],
                standard: (null, writing.number, null)
            )
        )
    }
}
