// SPDX-License-Identifier: Apache-2.0

internal import Files
internal import Glibc

/// Where targets that need files have them.
package enum FuzzFiles {
    /// In memory where the machine has a place for it.
    static let base = unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"

    /// Lends a folder of its own, which is removed afterwards.
    static func withFolder<Value>(_ body: (String) throws -> Value) throws -> Value {
        var name = Array("\(base)/nacre-fuzz-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&name) != nil else { throw FuzzFailure("there is no folder in \(base)") }
        let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { try? Folder.remove(path) }
        return try body(path)
    }
}
