// SPDX-License-Identifier: Apache-2.0

/// What an object gets beside its bytes.
package struct PutOptions: Sendable, Hashable {
    /// Nil: as the key's extension says.
    package var contentType: String?
    /// What S3 sends as `x-amz-meta-…`; keys become small letters.
    package var metadata: [String: String]
    /// Whether nothing is done where the newest version has the same bytes and metadata.
    package var skipsEqual: Bool

    package init(contentType: String? = nil, metadata: [String: String] = [:], skipsEqual: Bool = false) {
        self.contentType = contentType
        self.metadata = metadata
        self.skipsEqual = skipsEqual
    }

    /// S3's limit for all keys and values together.
    private static let limitBytes = 2048

    /// The metadata with small keys.
    func checkedMetadata() throws(BucketError) -> [String: String] {
        var result: [String: String] = [:]
        var count = 0
        for (key, value) in metadata {
            let isGood = key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ":") }
            guard !key.isEmpty, isGood else {
                throw BucketError(
                    .invalidArgument,
                    "'\(key)' cannot be a key of metadata: use letters, digits, hyphens"
                )
            }
            if value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
                throw BucketError(.invalidArgument, "the metadata '\(key)' must not hold control characters")
            }
            count += key.utf8.count + value.utf8.count
            result[key.lowercased()] = value
        }
        if count > Self.limitBytes {
            throw BucketError(.metadataTooLarge, "the metadata have \(count) bytes; \(Self.limitBytes) are allowed")
        }
        return result
    }
}
