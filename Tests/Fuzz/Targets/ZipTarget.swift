// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc
internal import Zips

/// Any bytes are an archive that unpacks to what it says, inside its folder and its limits, or are refused.
struct ZipTarget: FuzzTarget {
    private static let limits = ZipLimits(entries: 1_000, bytes: 1 << 20, ratio: 100, ratioFloorBytes: 64 << 10)

    let name = "zip"
    let seeds: [[UInt8]]
    let words = [
        "PK\u{1}\u{2}", "PK\u{3}\u{4}", "PK\u{5}\u{6}", "PK\u{6}\u{6}", "PK\u{6}\u{7}", "../", "/", "\\", "..", "d/",
        "\0\0\0\0", "link",
    ]

    init() {
        let text = (0..<300).flatMap { "line \($0 % 7) of some text\n".utf8 }
        let inputs = [
            ZipInput(path: "a.txt", source: .bytes(text)), ZipInput(path: "d/b", source: .bytes([1, 2, 3])),
            ZipInput(path: "d/e/f", source: .bytes([]), isExecutable: true),
            ZipInput(path: "d/link", source: .symbolicLink(target: "../a.txt")),
        ]
        let made = try? FuzzFiles.withFolder { folder in
            _ = try ZipWriter(threads: 1).write(inputs, to: "\(folder)/a.zip")
            _ = try ZipWriter(threads: 1).write([], to: "\(folder)/b.zip")
            return try ["a", "b"].map { try AtomicFile.read("\(folder)/\($0).zip") }
        }
        seeds = (made ?? []) + [Self.wide]
    }

    /// An archive of nothing with records for more than 4 GiB.
    private static let wide: [UInt8] = {
        let end64 =
            Array("PK\u{6}\u{6}".utf8) + [44] + [UInt8](repeating: 0, count: 7) + [45, 3, 45, 0]
            + [UInt8](repeating: 0, count: 40)
        let locator = Array("PK\u{6}\u{7}".utf8) + [UInt8](repeating: 0, count: 12) + [1, 0, 0, 0]
        return end64 + locator + Array("PK\u{5}\u{6}".utf8) + [0, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 12) + [
            0, 0,
        ]
    }()

    func check(_ input: [UInt8]) throws {
        try FuzzFiles.withFolder { folder in
            try AtomicFile.write(input, to: "\(folder)/z.zip")
            try Folder.make("\(folder)/p")
            try AtomicFile.write(Array("before".utf8), to: "\(folder)/p/outside")
            if let archive = try unpack("\(folder)/z.zip", to: "\(folder)/p/in") {
                try checkContents(archive, in: "\(folder)/p/in")
            }
            let names = try Directory("\(folder)/p").entries().map { String(decoding: $0.name, as: UTF8.self) }
            try FuzzFailure.unless(Set(names).isSubset(of: ["in", "outside"]), "there is more outside: \(names)")
            try FuzzFailure.unless(
                try AtomicFile.read("\(folder)/p/outside") == Array("before".utf8),
                "a file outside has changed"
            )
        }
    }

    /// The archive that has been unpacked; nil for one that is refused.
    private func unpack(_ path: String, to folder: String) throws -> ZipArchive? {
        do throws(ZipError) {
            let archive = try ZipArchive(path, limits: Self.limits)
            try archive.unpack(to: folder, threads: 1)
            return archive
        } catch {
            try FuzzFailure.unless(error.code != .system, "it fails as no archive should: \(error)")
            return nil
        }
    }

    private func checkContents(_ archive: ZipArchive, in folder: String) throws {
        var total = 0
        for entry in archive.entries {
            let path = "\(folder)/\(entry.path)"
            var status = stat()
            try FuzzFailure.unless(unsafe lstat(path, &status) == 0, "\(entry.path) is not there")
            switch entry.kind {
            case .folder: break
            case .file:
                total += Int(status.st_size)
                try FuzzFailure.unless(
                    Int(status.st_size) == entry.size && status.st_mode & S_IFMT == S_IFREG,
                    "\(entry.path) has \(status.st_size) bytes, not \(entry.size)"
                )
            case .symbolicLink:
                // Where it leads nowhere there is nothing to ask.
                guard let real = unsafe realpath(path, nil) else { continue }
                defer { unsafe free(real) }
                let target = unsafe String(cString: real)
                try FuzzFailure.unless((target + "/").hasPrefix(folder + "/"), "\(entry.path) leads to \(target)")
            }
        }
        try FuzzFailure.unless(total <= Self.limits.bytes, "it comes to \(total) bytes")
    }
}
