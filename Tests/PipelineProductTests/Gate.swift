// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// A place in a build where it waits for the test.
struct Gate {
    private let path: String

    init(_ name: String = "gate") {
        path = "\(ScratchDirectory.path)/\(name)"
    }

    /// Tells that the build is here, and waits.
    var command: String {
        """
        : > '\(path).reached'
        until [ -e '\(path).open' ]; do sleep 0.02; done
        """
    }

    func waitUntilReached() throws {
        try eventually("the build has reached \(path)") { FileManager.default.fileExists(atPath: "\(path).reached") }
    }

    func open() {
        _ = FileManager.default.createFile(atPath: "\(path).open", contents: nil)
    }
}
