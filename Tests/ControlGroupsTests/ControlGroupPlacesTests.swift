// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ControlGroups

@Suite("Places in the hierarchies of control groups")
struct ControlGroupPlacesTests {
    @Test("a hybrid machine has a place for each controller and one in the unified hierarchy")
    func hybrid() {
        let places = ControlGroupPlaces(
            mounts: """
                31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
                32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
                35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:7 - cgroup cgroup rw,memory
                41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
                """,
            groups: "4:memory:/a/b\n1:cpu,cpuacct:/\n0::/x\n"
        )
        let memory = ControlGroupPlaces.Place(mount: "/sys/fs/cgroup/memory", group: "/sys/fs/cgroup/memory/a/b")
        let cpu = ControlGroupPlaces.Place(mount: "/sys/fs/cgroup/cpu,cpuacct", group: "/sys/fs/cgroup/cpu,cpuacct")
        #expect(places.legacy["memory"] == memory)
        #expect(places.legacy["cpu"] == cpu)
        #expect(places.unified?.group == "/sys/fs/cgroup/unified/x")
    }

    @Test("in a container the mount point is the container's own group")
    func container() {
        let places = ControlGroupPlaces(
            mounts: "89 85 0:32 /libpod_parent/libpod-1 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
            groups: "4:memory:/libpod_parent/libpod-1/inner\n"
        )
        #expect(places.legacy["memory"]?.group == "/sys/fs/cgroup/memory/inner")
    }

    @Test("a group outside of what is mounted is replaced by the mount point")
    func outOfSight() {
        let places = ControlGroupPlaces(
            mounts: "89 85 0:32 /docker/1 /sys/fs/cgroup rw - cgroup2 cgroup rw\n",
            groups: "0::/docker/12\n"
        )
        #expect(places.unified?.group == "/sys/fs/cgroup")
    }

    @Test("texts that make no sense are no places", arguments: ["", "x", "1 2 3 4 5 - cgroup2", "0:::::"])
    func nonsense(_ text: String) {
        let places = ControlGroupPlaces(mounts: text, groups: text)
        #expect(places.legacy.isEmpty && places.unified == nil)
    }
}
