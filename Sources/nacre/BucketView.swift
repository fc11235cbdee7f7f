// SPDX-License-Identifier: Apache-2.0

import Buckets
import Builds
import Digests

/// Buckets and objects as S3's API shows them, with the spellings of `aws s3api`.
enum BucketView {
    /// The answer of `ListBuckets`.
    struct Buckets: Encodable {
        var buckets: [Entry]

        struct Entry: Encodable {
            var name: String
            var creationDate: Timestamp

            enum CodingKeys: String, CodingKey {
                case name = "Name"
                case creationDate = "CreationDate"
            }
        }

        enum CodingKeys: String, CodingKey { case buckets = "Buckets" }

        init(_ list: [Bucket]) {
            buckets = list.map {
                Entry(name: $0.name, creationDate: Timestamp(milliseconds: $0.createdAt))
            }
        }
    }

    /// The answer of `CreateBucket`.
    struct Created: Encodable {
        var location: String

        enum CodingKeys: String, CodingKey { case location = "Location" }
    }

    /// A version in a list; of a delete marker there is less to tell.
    struct Entry: Encodable {
        var key: String
        var lastModified: Timestamp
        var etag: String?
        var size: Int64?
        var storageClass: String?
        var versionID: String?
        var isLatest: Bool?

        enum CodingKeys: String, CodingKey {
            case key = "Key"
            case lastModified = "LastModified"
            case etag = "ETag"
            case size = "Size"
            case storageClass = "StorageClass"
            case versionID = "VersionId"
            case isLatest = "IsLatest"
        }

        init(_ version: ObjectVersion, showsVersion: Bool) {
            key = version.key
            lastModified = Timestamp(milliseconds: version.modifiedAt)
            etag = version.content?.etag
            size = version.content?.size
            storageClass = version.content.map { _ in "STANDARD" }
            versionID = showsVersion ? version.versionID : nil
            isLatest = showsVersion ? version.isLatest : nil
        }
    }

    /// The answer of `ListObjectsV2`.
    struct Objects: Encodable {
        struct Common: Encodable {
            var prefix: String

            enum CodingKeys: String, CodingKey { case prefix = "Prefix" }
        }

        var name: String
        var prefix: String
        var delimiter: String?
        var keyCount: Int
        var isTruncated = false
        var contents: [Entry]
        var commonPrefixes: [Common]?

        enum CodingKeys: String, CodingKey {
            case name = "Name"
            case prefix = "Prefix"
            case delimiter = "Delimiter"
            case keyCount = "KeyCount"
            case isTruncated = "IsTruncated"
            case contents = "Contents"
            case commonPrefixes = "CommonPrefixes"
        }

        init(_ bucket: String, prefix: String, delimiter: String?, _ listing: ObjectListing) {
            name = bucket
            self.prefix = prefix
            self.delimiter = delimiter
            keyCount = listing.objects.count + listing.commonPrefixes.count
            contents = listing.objects.map { Entry($0.version, showsVersion: false) }
            commonPrefixes = delimiter == nil ? nil : listing.commonPrefixes.map { Common(prefix: $0) }
        }
    }

    /// The answer of `ListObjectVersions`.
    struct Versions: Encodable {
        var name: String
        var prefix: String
        var isTruncated = false
        var versions: [Entry]
        var deleteMarkers: [Entry]

        enum CodingKeys: String, CodingKey {
            case name = "Name"
            case prefix = "Prefix"
            case isTruncated = "IsTruncated"
            case versions = "Versions"
            case deleteMarkers = "DeleteMarkers"
        }

        init(_ bucket: String, prefix: String, _ list: [ObjectVersion]) {
            name = bucket
            self.prefix = prefix
            versions = list.filter { !$0.isDeleteMarker }.map { Entry($0, showsVersion: true) }
            deleteMarkers = list.filter(\.isDeleteMarker).map { Entry($0, showsVersion: true) }
        }
    }

    /// The answers of `HeadObject` and `GetObject`, and with less of it that of `PutObject`.
    struct Object: Encodable {
        var etag: String
        var versionID: String
        var lastModified: Timestamp?
        var contentLength: Int64?
        var contentType: String?
        var metadata: [String: String]?
        /// SHA-256, 64 hexadecimal digits.
        var digest: String

        enum CodingKeys: String, CodingKey {
            case etag = "ETag"
            case versionID = "VersionId"
            case lastModified = "LastModified"
            case contentLength = "ContentLength"
            case contentType = "ContentType"
            case metadata = "Metadata"
            case digest = "SHA256"
        }

        init(_ object: StoredObject, isWhole: Bool) {
            etag = object.content.etag
            versionID = object.versionID
            digest = object.content.digest.hex
            guard isWhole else { return }
            lastModified = Timestamp(milliseconds: object.modifiedAt)
            contentLength = object.content.size
            contentType = object.content.contentType
            metadata = object.content.metadata
        }
    }

    /// The answer of `DeleteObject`.
    struct Deleted: Encodable {
        var isDeleteMarker: Bool?
        var versionID: String

        enum CodingKeys: String, CodingKey {
            case isDeleteMarker = "DeleteMarker"
            case versionID = "VersionId"
        }

        init(_ version: ObjectVersion) {
            isDeleteMarker = version.isDeleteMarker ? true : nil
            versionID = version.versionID
        }
    }
}
