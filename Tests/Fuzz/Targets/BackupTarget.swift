// SPDX-License-Identifier: Apache-2.0

internal import Backups
internal import Files
internal import Glibc

/// Any bytes are a backup that is unpacked inside its folder, or are refused.
struct BackupTarget: FuzzTarget {
    let name = "backup"
    let seeds: [[UInt8]]
    let words = [
        "../", "/", "nacre.db", "builds/", "link", "size=", "path=", "28 size=9223372036854775807\n", "ustar\0" + "00",
        "manifest", "\0\0\0\0\0\0\0\0", "00000000000", "77777777777",
    ]

    init() {
        let made = try? FuzzFiles.withFolder { folder in
            let writer = try BackupWriter(
                to: try Descriptor.open("\(folder)/b.tar", O_WRONLY | O_CREAT, mode: 0o600),
                spool: try Descriptor.open("\(folder)/spool", O_RDWR | O_CREAT, mode: 0o600),
                header: BackupHeader(nacre: "1", schema: ["one"], time: "2026-01-01T00:00:00Z", home: "/h", without: [])
            )
            try writer.addFolder(Array("builds".utf8), mode: 0o700)
            try writer.add(Array("hello\n".utf8), as: "builds/log")
            _ = try writer.addLink(Array("builds/link".utf8), to: Array("../elsewhere".utf8))
            try writer.add(Array("deep".utf8), as: String(repeating: "deep/", count: 30) + "file")
            _ = try writer.finish(isDurable: false)
            return try AtomicFile.read("\(folder)/b.tar")
        }
        seeds = [made ?? []]
    }

    func check(_ input: [UInt8]) throws {
        try FuzzFiles.withFolder { folder in
            try AtomicFile.write(input, to: "\(folder)/b.tar")
            try Folder.make("\(folder)/p/in")
            do throws(BackupError) {
                _ = try BackupReader("\(folder)/b.tar").unpack(into: "\(folder)/p/in")
            } catch {
                try FuzzFailure.unless(!error.description.isEmpty, "it is refused without a word")
            }
            let names = try DirectoryListing.names(of: "\(folder)/p")
            try FuzzFailure.unless(names == ["in"], "there is more outside: \(names)")
        }
    }
}
