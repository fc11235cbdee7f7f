// SPDX-License-Identifier: Apache-2.0

/// Puts a listing together from ranges of rows, jumping over what a common prefix stands for.
///
/// Texts are compared by their bytes: two keys may be equal to Swift and yet two keys.
struct ObjectLister {
    /// Rows to be read next: keys from `start` up to but not including `end`, as bytes.
    struct Range {
        var start: [UInt8]
        var end: [UInt8]
        var limit: Int
    }

    private(set) var listing = ObjectListing()
    /// Nil: the listing is complete.
    private(set) var range: Range?

    private let prefix: [UInt8]
    private let delimiter: [UInt8]
    private let limit: Int
    private var count = 0
    /// The last common prefix.
    private var common: [UInt8] = []

    /// As for `BucketStore.list`.
    init(prefix: String, delimiter: String?, after start: String?, limit: Int) {
        self.prefix = Array(prefix.utf8)
        self.delimiter = Array((delimiter ?? "").utf8)
        self.limit = limit
        var first = self.prefix
        if let start {
            let common = Self.common(Array(start.utf8), prefix: self.prefix, delimiter: self.delimiter)
            // After a text comes first what has a NUL more.
            let next = common == Array(start.utf8) ? ObjectKey.end(ofPrefix: start) : Array(start.utf8) + [0]
            if first.lexicographicallyPrecedes(next) { first = next }
        }
        if limit > 0 { range = Range(start: first, end: ObjectKey.end(ofPrefix: prefix), limit: rowLimit) }
    }

    /// One more than is needed tells whether there is more.
    private var rowLimit: Int { min(limit - count, 1000) + 1 }

    /// Takes the rows of the range.
    ///
    /// * `isLast`: whether the range has no further ones.
    mutating func add(_ objects: [StoredObject], isLast: Bool) {
        for object in objects {
            let key = Array(object.key.utf8)
            if !common.isEmpty, key.starts(with: common) { continue }
            if count == limit {
                range = nil
                listing.next = common.isEmpty ? listing.objects.last?.key : listing.commonPrefixes.last
                return
            }
            count += 1
            if let found = Self.common(key, prefix: prefix, delimiter: delimiter) {
                common = found
                listing.commonPrefixes.append(String(decoding: found, as: UTF8.self))
            } else {
                common = []
                listing.objects.append(object)
            }
        }
        guard !isLast, let last = objects.last, let end = range?.end else {
            range = nil
            return
        }
        let start = common.isEmpty ? Array(last.key.utf8) + [0] : common.dropLast() + [common[common.count - 1] + 1]
        range = Range(start: start, end: end, limit: rowLimit)
    }

    /// What a key has up to the first delimiter after the prefix; nil where there is none.
    private static func common(_ key: [UInt8], prefix: [UInt8], delimiter: [UInt8]) -> [UInt8]? {
        guard !delimiter.isEmpty, key.count >= prefix.count + delimiter.count, key.starts(with: prefix) else {
            return nil
        }
        for start in prefix.count...(key.count - delimiter.count) where key[start...].starts(with: delimiter) {
            return Array(key[..<(start + delimiter.count)])
        }
        return nil
    }
}
