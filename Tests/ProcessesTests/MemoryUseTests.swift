// SPDX-License-Identifier: Apache-2.0

import Foundation
import Processes
import Testing

@Suite("Memory of a process that lives long")
struct MemoryUseTests {
    /// Pages of files, those that lie in memory too, that this process has mapped and in use.
    private func mappedPages() throws -> Int {
        let numbers = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return try #require(Int(numbers[2]))
    }

    @Test("code that has been given up comes back as it is needed")
    func releaseCode() throws {
        let before = try mappedPages()
        MemoryUse.releaseCode()
        // Other tests run meanwhile, and need some of theirs.
        #expect(try mappedPages() < before)
        #expect((1...100).map(String.init).joined().utf8.count == 192)
    }
}
