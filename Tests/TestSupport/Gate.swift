// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A place in a build where it waits for the test.
package struct Gate {
    private let path: String

    package init(_ name: String = "gate") {
        path = "\(ScratchDirectory.path)/\(name)"
    }

    /// Tells that the build is here, and waits.
    package var command: String {
        """
        : > '\(path).reached'
        until [ -e '\(path).open' ]; do sleep 0.02; done
        """
    }

    package func waitUntilReached() throws {
        try eventually("the build has reached \(path)") { FileManager.default.fileExists(atPath: "\(path).reached") }
    }

    package func open() {
        _ = FileManager.default.createFile(atPath: "\(path).open", contents: nil)
    }
}
