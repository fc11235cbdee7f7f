// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import TestSupport
import Testing

@testable import Processes

@Suite("The right to pass", .scratchDirectory)
struct PassRightTests {
    @Test(
        "one user may pass through a closed folder, and the owner's and others' rights stay",
        .enabled(if: hasAccessLists)
    )
    func grant() throws {
        let path = "\(ScratchDirectory.path)/closed"
        try Folder.make(path, mode: 0o700)
        try PassRight.grant(12345, on: path)
        try PassRight.grant(12346, on: path)
        try PassRight.grant(12345, on: path)
        // The group's place in the mode shows the mask of the list.
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o710)
        if geteuid() == 0 {
            #expect(canPass(path, 12345) && canPass(path, 12346))
            #expect(!canPass(path, 12347))
        }
    }

    private static var hasAccessLists: Bool {
        let path = "\(NSTemporaryDirectory())/nacre-acl-\(UUID().uuidString)"
        defer { try? Folder.remove(path) }
        return (try? Folder.make(path, mode: 0o700)) != nil && (try? PassRight.grant(12345, on: path)) != nil
    }

    private func canPass(_ path: String, _ user: UInt32) -> Bool {
        let script = "import os,sys; os.setgroups([]); os.setgid(\(user)); os.setuid(\(user)); os.chdir(sys.argv[1])"
        return (try? Program.run("python3", ["-c", script, path]).status) == 0
    }
}
