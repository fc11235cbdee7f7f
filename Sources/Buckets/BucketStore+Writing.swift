// SPDX-License-Identifier: Apache-2.0

internal import Artifacts
package import Digests
package import Files
internal import Glibc
internal import SQLite

extension BucketStore {
    /// Puts an object: what is left to read of a descriptor, read once.
    ///
    /// It is there whole, with its bytes on the disk, when this returns, and not at all when this throws.
    /// - Parameters:
    ///   - input: a file, pipe or socket.
    ///   - key: 1 to 1024 bytes.
    ///   - bucket: where it goes.
    ///   - options: what it gets beside its bytes.
    ///   - now: when it is put.
    /// - Returns: the new version; in a bucket without versions the only one.
    /// - Throws: `noSuchBucket`, `keyTooLong`, `invalidArgument`, `metadataTooLarge`, and for the files' reasons.
    @discardableResult
    package func put(
        _ input: borrowing Descriptor,
        as key: String,
        in bucket: String,
        options: PutOptions = PutOptions(),
        at now: Int64
    ) throws(BucketError) -> StoredObject {
        try checkPut(key, bucket, options)
        let sum = BackgroundMD5()
        let digest: SHA256Digest
        let size: Int64
        do throws(ArtifactError) {
            (digest, size) = try artifacts.add(copyOf: input, observe: sum.update)
        } catch {
            throw BucketError(error)
        }
        return try record(digest, size, sum.etag(), as: key, in: bucket, options, at: now)
    }

    /// Puts an object that is only made now.
    /// - Parameters:
    ///   - key: 1 to 1024 bytes.
    ///   - bucket: where it goes.
    ///   - options: what it gets beside its bytes.
    ///   - now: when it is put.
    ///   - body: writes the bytes to a new file.
    /// - Returns: as for a descriptor.
    /// - Throws: as for a descriptor, or what `body` throws.
    @discardableResult
    package func put(
        as key: String,
        in bucket: String,
        options: PutOptions = PutOptions(),
        at now: Int64,
        writtenBy body: (borrowing Descriptor) throws(BucketError) -> Void
    ) throws(BucketError) -> StoredObject {
        try checkPut(key, bucket, options)
        let sum = BackgroundMD5()
        let digest: SHA256Digest
        let size: Int64
        var failure: BucketError?
        do throws(ArtifactError) {
            (digest, size) = try artifacts.add(observe: sum.update) { output throws(ArtifactError) in
                do throws(BucketError) {
                    try body(output)
                } catch {
                    failure = error
                    throw ArtifactError(.system, error.message)
                }
            }
        } catch {
            throw failure ?? BucketError(error)
        }
        return try record(digest, size, sum.etag(), as: key, in: bucket, options, at: now)
    }

    /// Puts a file.
    @discardableResult
    package func put(
        fileAt path: String,
        as key: String,
        in bucket: String,
        options: PutOptions = PutOptions(),
        at now: Int64
    ) throws(BucketError) -> StoredObject {
        let number: Int32
        do throws(FileError) {
            let input = try Descriptor.open(path, O_RDONLY)
            if try input.status().st_mode & S_IFMT == S_IFDIR {
                throw FileError(code: EISDIR, function: "read", path: path)
            }
            number = input.release()
        } catch {
            throw BucketError(error)
        }
        return try put(Descriptor(owning: number), as: key, in: bucket, options: options, at: now)
    }

    /// Puts bytes that the store of artifacts has already; they are read for their sums and not copied.
    /// - Throws: as for a descriptor; `damaged` where the bytes are missing, or are not those of the sum.
    @discardableResult
    package func put(
        artifact digest: SHA256Digest,
        as key: String,
        in bucket: String,
        options: PutOptions = PutOptions(),
        at now: Int64
    ) throws(BucketError) -> StoredObject {
        try checkPut(key, bucket, options)
        let sum = BackgroundMD5()
        let size: Int64
        // Nobody takes it away as unused from here on.
        _ = artifacts.renew(digest)
        do throws(ArtifactError) {
            size = try artifacts.verify(digest, observe: sum.update)
        } catch {
            throw BucketError(error)
        }
        return try record(digest, size, sum.etag(), as: key, in: bucket, options, at: now)
    }

    /// Removes an object: where the bucket has versions, by a delete marker above them.
    /// - Returns: the delete marker; where there are no versions, what was removed.
    /// - Throws: `noSuchBucket`, `noSuchKey`.
    @discardableResult
    package func remove(_ key: String, in bucket: String, at now: Int64) throws(BucketError) -> ObjectVersion {
        try write { database throws(BucketError) in
            let (id, versioning) = try bucketRow(bucket)
            let latest = try head(key, in: bucket).version
            let removed: ObjectVersion
            if versioning == .off {
                try run { database throws(SQLiteError) in
                    try Self.clear(key, VersionID.null, bucketID: id, in: database)
                }
                removed = latest
            } else {
                removed = ObjectVersion(
                    bucket: bucket,
                    key: key,
                    versionID: versioning == .enabled ? VersionID.random() : VersionID.null,
                    isLatest: true,
                    modifiedAt: now,
                    content: nil
                )
                try addLatest(removed, bucketID: id)
            }
            try note(.deleted, removed, at: now)
            return removed
        }
    }

    /// Removes one version, for good; the newest of those that are left is then what a read gets.
    /// - Throws: `noSuchBucket`, `noSuchKey`, `noSuchVersion`.
    @discardableResult
    package func remove(
        _ key: String,
        version: String,
        in bucket: String,
        at now: Int64
    ) throws(BucketError) -> ObjectVersion {
        try write { database throws(BucketError) in
            let (id, _) = try bucketRow(bucket)
            let removed = try self.version(version, of: key, in: bucket)
            try run { database throws(SQLiteError) in
                try Self.clear(key, version, bucketID: id, in: database)
                if removed.isLatest {
                    try database.execute(
                        """
                        UPDATE versions SET is_latest = 1
                        WHERE id = (SELECT max(id) FROM versions WHERE bucket_id = ?1 AND key = ?2)
                        """,
                        [.integer(id), .text(key)]
                    )
                }
            }
            if removed.isLatest { try note(.deleted, removed, at: now) }
            return removed
        }
    }

    // MARK: - Pieces

    /// Says what is wrong before any byte is read.
    private func checkPut(_ key: String, _ bucket: String, _ options: PutOptions) throws(BucketError) {
        try ObjectKey.check(key)
        _ = try options.checkedMetadata()
        _ = try bucketRow(bucket)
    }

    /// Makes a version of bytes that are in the store of artifacts.
    private func record(
        _ digest: SHA256Digest,
        _ size: Int64,
        _ etag: String,
        as key: String,
        in bucket: String,
        _ options: PutOptions,
        at now: Int64
    ) throws(BucketError) -> StoredObject {
        let content = ObjectVersion.Content(
            size: size,
            etag: etag,
            digest: digest,
            contentType: options.contentType ?? ContentType.of(key),
            metadata: try options.checkedMetadata()
        )
        return try write { database throws(BucketError) in
            let (id, versioning) = try bucketRow(bucket)
            if options.skipsEqual, let same = try latest(key, in: bucket), let object = StoredObject(same),
                object.content == content
            {
                return object
            }
            let version = ObjectVersion(
                bucket: bucket,
                key: key,
                versionID: versioning == .enabled ? VersionID.random() : VersionID.null,
                isLatest: true,
                modifiedAt: now,
                content: content
            )
            try addLatest(version, bucketID: id)
            try note(.created, version, at: now)
            guard let object = StoredObject(version) else {
                throw BucketError(.fault, "a version with bytes is no delete marker")
            }
            return object
        }
    }

    /// Adds a version above those that are there; a version `null` takes the place of the one before.
    private func addLatest(_ version: ObjectVersion, bucketID: Int64) throws(BucketError) {
        try run { database throws(SQLiteError) in
            if version.versionID == VersionID.null {
                try Self.clear(version.key, VersionID.null, bucketID: bucketID, in: database)
            }
            try database.execute(
                "UPDATE versions SET is_latest = 0 WHERE bucket_id = ?1 AND key = ?2 AND is_latest = 1",
                [.integer(bucketID), .text(version.key)]
            )
            try ObjectRow.insert(version, bucketID: bucketID, in: database)
        }
    }

    private static func clear(
        _ key: String,
        _ versionID: String,
        bucketID: Int64,
        in database: Database
    ) throws(SQLiteError) {
        try database.execute(
            "DELETE FROM versions WHERE bucket_id = ?1 AND key = ?2 AND version_id = ?3",
            [.integer(bucketID), .text(key), .text(versionID)]
        )
    }
}
