// SPDX-License-Identifier: Apache-2.0

/// One file, folder or link of an archive.
struct TarEntry: Sendable, Hashable {
    /// What it is.
    enum Kind: Sendable, Hashable {
        case file
        case folder
        /// A symbolic link, with the bytes that it holds.
        case link([UInt8])
    }

    /// Relative, names separated by `/`; any bytes that a file system takes.
    var path: [UInt8]
    var kind: Kind
    /// The permission bits.
    var mode: UInt32
    /// How many bytes follow; 0 of anything but a file.
    var size: Int64
    /// Seconds since 1970.
    var modified: Int64

    /// The path for people, and as the manifest has it.
    var name: String { String(decoding: path, as: UTF8.self) }

    /// Whether the path stays beneath the folder that it is unpacked in.
    var isSafe: Bool {
        let names = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return !path.isEmpty && path.count <= 4096 && !path.contains(0)
            && names.allSatisfy { !$0.isEmpty && $0.count <= 255 && Array($0) != [46] && Array($0) != [46, 46] }
    }

    /// Whether a symbolic link may lie at a path: not among the first three names.
    ///
    /// Those are files and folders that Nacre opens and writes by their paths: `nacre.db`, `builds/ID/result.json`,
    /// `repos/NAME.git/HEAD`. A link there would lead it out of the home.
    static func mayBeLink(_ path: [UInt8]) -> Bool { path.count { $0 == UInt8(ascii: "/") } >= 3 }
}
