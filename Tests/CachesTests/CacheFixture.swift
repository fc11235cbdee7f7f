// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import TestSupport

@testable import Caches

/// A store, a source folder and a clock below a test's scratch folder.
struct CacheFixture {
    let root: String
    let directory: String
    let clock = ClockBox()
    var limitBytes = CacheStore.standardLimitBytes

    final class ClockBox: Sendable {
        let milliseconds = Mutex(1_000_000_000_000)
        func advance(seconds: Int) { milliseconds.withLock { $0 += seconds * 1000 } }
    }

    init(project: String = "app", limitBytes: Int = CacheStore.standardLimitBytes) {
        root = "\(ScratchDirectory.path)/src"
        directory = "\(ScratchDirectory.path)/caches/\(project)"
        self.limitBytes = limitBytes
        try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    var store: CacheStore {
        let clock = clock
        return CacheStore(directory: directory, limitBytes: limitBytes) { clock.milliseconds.withLock { $0 } }
    }

    func request(_ paths: String..., key: String? = nil, fallback: [String] = []) -> CacheRequest {
        CacheRequest(key: key, fallbackKeys: fallback, paths: paths, root: root)
    }

    /// Writes a file in the source folder, or at an absolute path.
    func write(_ path: String, _ text: String, mode: Int = 0o644) throws {
        let url = URL(fileURLWithPath: absolute(path))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
    }

    func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: absolute(path)).map { String(decoding: $0, as: UTF8.self) }
    }

    func exists(_ path: String) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: absolute(path))) != nil
    }

    /// Empties the source folder.
    func clean() throws {
        try FileManager.default.removeItem(atPath: root)
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    func entries() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    }

    func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(root)/\(path)"
    }
}
