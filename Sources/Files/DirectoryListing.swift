// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The names in one folder.
package enum DirectoryListing {
    /// All names but `.` and `..`, in no order.
    ///
    /// Bytes that are not UTF-8 become U+FFFD.
    package static func names(of path: String) throws(FileError) -> [String] {
        guard let stream = unsafe opendir(path) else { throw FileError(code: errno, function: "opendir", path: path) }
        defer { _ = unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
