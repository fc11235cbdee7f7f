// SPDX-License-Identifier: Apache-2.0

internal import Files

/// Where this process stands in the machine's hierarchies of control groups, as folders.
///
/// A machine has the unified hierarchy (version 2), one for each controller (version 1), or both: `cgroups(7)`.
struct ControlGroupPlaces: Sendable, Hashable {
    /// A hierarchy: where it is mounted, and this process's group in it.
    struct Place: Sendable, Hashable {
        var mount: String
        var group: String
    }

    /// Version 1, by controller.
    var legacy: [String: Place] = [:]
    /// Version 2.
    var unified: Place?

    /// This process's own places; none when `/proc` cannot be read.
    static func current() -> ControlGroupPlaces {
        let mounts = (try? AtomicFile.read("/proc/self/mountinfo")) ?? []
        let groups = (try? AtomicFile.read("/proc/self/cgroup")) ?? []
        return ControlGroupPlaces(
            mounts: String(decoding: mounts, as: UTF8.self),
            groups: String(decoding: groups, as: UTF8.self)
        )
    }

    /// Reads the texts of `/proc/self/mountinfo` and `/proc/self/cgroup`.
    init(mounts: String, groups: String) {
        var paths: [String: String] = [:]
        for line in groups.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            for name in fields[1].split(separator: ",", omittingEmptySubsequences: false) {
                paths[String(name)] = String(fields[2])
            }
        }
        for line in mounts.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 5, let dash = words.dropFirst(6).firstIndex(of: "-"), dash + 3 < words.count else {
                continue
            }
            let (root, point, kind) = (String(words[3]), String(words[4]), words[dash + 1])
            if kind == "cgroup2", unified == nil, let path = paths[""] {
                unified = Place(mount: point, group: Self.folder(of: path, root: root, mount: point))
            } else if kind == "cgroup" {
                for name in words[dash + 3].split(separator: ",") {
                    guard let path = paths[String(name)], legacy[String(name)] == nil else { continue }
                    let group = Self.folder(of: path, root: root, mount: point)
                    legacy[String(name)] = Place(mount: point, group: group)
                }
            }
        }
    }

    /// The folder of a group.
    ///
    /// In a container only a part of a hierarchy may be mounted: `root` is the group that stands at the mount point. A group
    /// outside of it is out of sight, and the mount point is the best there is.
    private static func folder(of path: String, root: String, mount: String) -> String {
        if root == "/" { return path == "/" ? mount : mount + path }
        guard path.hasPrefix(root) else { return mount }
        let rest = path.dropFirst(root.count)
        return rest.isEmpty || rest.hasPrefix("/") ? mount + rest : mount
    }
}
