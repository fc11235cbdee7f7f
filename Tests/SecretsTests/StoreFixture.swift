// SPDX-License-Identifier: Apache-2.0

import Foundation
import Secrets
import TestSupport

/// Where a test has its store, and how it tells refusals apart.
enum StoreFixture {
    static var path: String { "\(ScratchDirectory.path)/secrets.db" }
    static var keyPath: String { "\(ScratchDirectory.path)/secrets.key" }

    static func open() throws -> SecretStore {
        try SecretStore(path: path, keyPath: keyPath)
    }

    /// The code that a body is refused with; nil where it is not.
    static func code(_ body: () throws -> Void) -> SecretError.Code? {
        do { try body() } catch { return (error as? SecretError)?.code }
        return nil
    }

    static func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    static func makeReadableByAll(_ path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    }
}
