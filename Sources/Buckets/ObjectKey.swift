// SPDX-License-Identifier: Apache-2.0

/// The rules for the keys of objects.
///
/// A key is any text of 1 to 1024 bytes of UTF-8. It is never a path in the store, so that `..` in it is text like any
/// other; only where objects are written to a folder it becomes one.
package enum ObjectKey {
    private static let limitBytes = 1024

    static func check(_ key: String) throws(BucketError) {
        let count = key.utf8.count
        if count == 0 { throw BucketError(.invalidArgument, "an object's key must not be empty") }
        if count > limitBytes {
            throw BucketError(.keyTooLong, "the key '\(key.prefix(40))…' has \(count) bytes; \(limitBytes) are allowed")
        }
        if key.utf8.contains(0) { throw BucketError(.invalidArgument, "a key must not hold a NUL") }
    }

    /// Where an object lies when it is written into a folder: the names of its path.
    ///
    /// A key that ends in `/` is a folder, of which all names are given.
    /// - Throws: `invalidArgument` where the path would leave the folder, or no file can have it.
    static func components(_ relativeKey: String, of key: String) throws(BucketError) -> [[UInt8]] {
        var names = Array(relativeKey.utf8).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if names.count > 1, names.last?.isEmpty == true { names.removeLast() }
        for name in names {
            let problem: String? =
                if name.isEmpty {
                    "a name in it is empty"
                } else if name.elementsEqual("..".utf8) {
                    "it would lie outside of the folder"
                } else if name.elementsEqual(".".utf8) {
                    "`.` cannot be a file's name"
                } else if name.count > 255 {
                    "a name in it is longer than 255 bytes"
                } else {
                    nil
                }
            if let problem {
                throw BucketError(
                    .invalidArgument,
                    "the object '\(key)' cannot be written into a folder: \(problem). Get it by itself, under another name."
                )
            }
        }
        return names.map { Array($0) }
    }

    /// The least bytes that come after all texts that begin with a prefix.
    static func end(ofPrefix prefix: String) -> [UInt8] {
        // No byte of UTF-8 is 255, so that one more is always a byte.
        var bytes = Array(prefix.utf8)
        guard let last = bytes.popLast() else { return [0xff] }
        return bytes + [last + 1]
    }
}
