// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What the first 100 bytes of a database say, read before SQLite can write anything.
///
/// Source: <https://www.sqlite.org/fileformat2.html>.
package struct DatabaseHeader: Sendable, Hashable {
    private static let size = 100

    /// `PRAGMA application_id`.
    package let applicationID: UInt32
    /// The size of the file in bytes.
    package let fileSize: Int
    /// The size of a page in bytes.
    let pageSize: Int

    /// Reads the header of a file.
    /// - Throws: `inaccessible`; `damaged` for a file that is shorter; `notADatabase` for one that begins with something else.
    package init(of path: String) throws(SQLiteError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw Self.inaccessible() }
        defer { close(descriptor) }
        var header = [UInt8](repeating: 0, count: Self.size)
        let count = unsafe header.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        if count < 0 { throw Self.inaccessible() }
        if count < header.count { throw SQLiteError(code: 11, message: "it has only \(count) bytes") }
        guard header.starts(with: "SQLite format 3\0".utf8) else { throw Self.notADatabase }
        applicationID = header[68..<72].reduce(0) { $0 << 8 | UInt32($1) }
        let size = Int(header[16]) << 8 | Int(header[17])
        pageSize = size == 1 ? 65_536 : max(512, size)
        fileSize = Int(lseek(descriptor, 0, SEEK_END))
    }

    /// Reads the header of a file that must be an application's own.
    /// - Throws: as the other one; `notADatabase` for another application's.
    package init(of path: String, applicationID: UInt32) throws(SQLiteError) {
        try self.init(of: path)
        if self.applicationID != applicationID { throw Self.notADatabase }
    }

    private static let notADatabase = SQLiteError(code: 26, message: "file is not a database")

    /// What `errno` says.
    static func inaccessible() -> SQLiteError {
        SQLiteError(code: 14, message: unsafe String(cString: strerror(errno)))
    }
}
