// SPDX-License-Identifier: Apache-2.0

import Foundation
import Processes
package import Testing

/// A folder of its own for each test, removed afterwards; kept and named when `NACRE_KEEP_SCRATCH=1`.
///
/// It lies on `/dev/shm` where there is one: a disk without a journal makes files up to ten times slower after deletes.
package struct ScratchDirectory: SuiteTrait, TestTrait, TestScoping {
    @TaskLocal private static var current: String?

    package var isRecursive: Bool { true }

    /// The absolute, symlink-free path of the running test's folder.
    package static var path: String {
        guard let current else { preconditionFailure("the test lacks the trait .scratchDirectory") }
        return current
    }

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        // A suite only hands the trait down; its tests get the folders.
        guard testCase != nil else { return try await function() }
        // As all programs of Nacre: a test may write to a child that has ended.
        SignalQueue.ignoreBrokenPipes()
        let path = try Self.make()
        defer {
            if ProcessInfo.processInfo.environment["NACRE_KEEP_SCRATCH"] != nil {
                print("kept \(path)")
            } else {
                try? FileManager.default.removeItem(atPath: path)
            }
        }
        try await Self.$current.withValue(path) { try await function() }
    }

    private static func make() throws -> String {
        let base = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        let path = "\(base)/nacre-test-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }
}

extension Trait where Self == ScratchDirectory {
    /// Gives each test a scratch folder, `ScratchDirectory.path`.
    package static var scratchDirectory: Self { ScratchDirectory() }
}
