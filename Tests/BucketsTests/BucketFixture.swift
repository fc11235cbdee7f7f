// SPDX-License-Identifier: Apache-2.0

import Artifacts
import Buckets
import Files
import Foundation
import TestSupport

/// Where a test has its store, and how it tells refusals apart.
enum BucketFixture {
    static var path: String { "\(ScratchDirectory.path)/buckets.db" }
    static var artifacts: String { "\(ScratchDirectory.path)/artifacts" }

    static func open() throws -> BucketStore {
        try BucketStore.open(path: path, artifacts: try ArtifactStore(artifacts))
    }

    /// The code that a body is refused with; nil where it is not.
    static func code(_ body: () throws -> Void) -> BucketError.Code? {
        do { try body() } catch { return (error as? BucketError)?.code }
        return nil
    }

    /// A file with a text.
    static func file(_ text: String, _ name: String = UUID().uuidString) throws -> String {
        let path = "\(ScratchDirectory.path)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Every file of the store of artifacts.
    static func storedFiles() -> [String] {
        let names = FileManager.default.enumerator(atPath: artifacts)?.compactMap { $0 as? String } ?? []
        return names.filter { name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(artifacts)/\(name)")
            return attributes?[.type] as? FileAttributeType == .typeRegular
        }
    }
}

extension BucketStore {
    /// Puts a text.
    @discardableResult
    func put(
        _ text: String,
        as key: String,
        in bucket: String = "bucket",
        options: PutOptions = PutOptions(),
        at now: Int64 = 1
    ) throws -> StoredObject {
        try put(fileAt: try BucketFixture.file(text), as: key, in: bucket, options: options, at: now)
    }

    /// An object's bytes as a text.
    func text(_ object: StoredObject) throws -> String {
        String(decoding: try open(object).readToEnd(), as: UTF8.self)
    }
}
