// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import TestSupport
import Testing

@Suite("Copying files", .scratchDirectory)
struct TreeCopyTests {
    @Test("content, modes and symlinks arrive; what is no file does not")
    func copy() throws {
        let from = "\(ScratchDirectory.path)/from"
        let to = "\(ScratchDirectory.path)/to"
        try Folder.make("\(from)/deep/er")
        try Folder.make(to)
        let content = [UInt8]((0..<200_000).map { UInt8(truncatingIfNeeded: $0) })
        try AtomicFile.write(content, to: "\(from)/deep/er/big")
        try AtomicFile.write([], to: "\(from)/run")
        let code1 = unsafe chmod("\(from)/run", 0o555)
        #expect(code1 == 0)
        let code2 = unsafe symlink("../nowhere", "\(from)/deep/link")
        #expect(code2 == 0)
        let code3 = unsafe mkfifo("\(from)/fifo", 0o600)
        #expect(code3 == 0)

        var copy = TreeCopy(from: from, to: to)
        #expect(try copy.copy("deep/er/big"))
        #expect(try copy.copy("run"))
        #expect(try copy.copy("deep/link"))
        #expect(try !copy.copy("fifo"))
        #expect(try !copy.copy("gone"))

        #expect(try AtomicFile.read("\(to)/deep/er/big") == content)
        #expect(try FileManager.default.attributesOfItem(atPath: "\(to)/run")[.posixPermissions] as? Int == 0o555)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(to)/deep/link") == "../nowhere")
        #expect(try DirectoryListing.names(of: to).sorted() == ["deep", "run"])
    }
}
