// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import ControlGroups

/// A folder stands for the kernel's, which only a machine with version 2 alone has, and only for its superuser.
@Suite("Room for the groups of builds in a service's own", .scratchDirectory, .timeLimit(.minutes(40)))
struct ControlGroupRoomTests {
    private let place = ControlGroupPlaces.Place(
        mount: ScratchDirectory.path,
        group: "\(ScratchDirectory.path)/nacre.service"
    )

    /// Puts files into a group.
    private func group(_ path: String, _ files: [String: String]) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)")) }
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test("the daemon moves out of its service's group, so that that one can give controllers to builds")
    func moved() throws {
        try group(place.group, ["cgroup.type": "domain\n", "cgroup.controllers": "cpu memory pids\n"])
        try group("\(place.group)/daemon", ["cgroup.procs": ""])
        ControlGroup.leaveRoom(in: place)
        #expect(try text("\(place.group)/daemon/cgroup.procs") == "\(getpid())")
        // It is there already.
        let seat = ControlGroupPlaces.Place(mount: place.mount, group: "\(place.group)/daemon")
        try group(seat.group, ["cgroup.type": "domain\n", "cgroup.controllers": "cpu memory pids\n"])
        ControlGroup.leaveRoom(in: seat)
        #expect(!FileManager.default.fileExists(atPath: "\(seat.group)/daemon"))
    }

    @Test(
        "where there is nothing to give, or it may not, nothing is left behind",
        arguments: [
            ["cgroup.controllers": "memory\n"], ["cgroup.type": "domain\n", "cgroup.controllers": ""],
            ["cgroup.type": "domain\n", "cgroup.controllers": "memory\n"],
        ]
    )
    func stays(files: [String: String]) throws {
        try group(place.group, files)
        ControlGroup.leaveRoom(in: place)
        #expect(!FileManager.default.fileExists(atPath: "\(place.group)/daemon"))
    }

    @Test("a group with processes of its own gives nothing, as nobody could join those within it")
    func busy() throws {
        let control = "\(place.group)/cgroup.subtree_control"
        try group(place.group, ["cgroup.type": "domain\n", "cgroup.procs": "17\n", "cgroup.subtree_control": ""])
        #expect(!ControlGroup.gives(["pids"], place.group))
        #expect(try text(control) == "")
        try group(place.group, ["cgroup.procs": ""])
        #expect(ControlGroup.gives(["memory", "pids"], place.group))
        #expect(try text(control) == "+memory +pids")
        try group(place.group, ["cgroup.subtree_control": "memory pids\n"])
        #expect(ControlGroup.gives(["memory", "pids"], place.group))
        #expect(try text(control) == "memory pids\n")
    }

    @Test("the hierarchy's root gives, processes or not")
    func root() throws {
        try group(place.mount, ["cgroup.procs": "1\n", "cgroup.subtree_control": ""])
        #expect(ControlGroup.gives(["memory"], place.mount))
    }
}
