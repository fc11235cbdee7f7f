// SPDX-License-Identifier: Apache-2.0

import Control
import Foundation
import TestSupport
import Testing

@Suite("Which home is meant", .scratchDirectory, .timeLimit(.minutes(40)))
struct HomeTests {
    @Test("the folder of a service's user is the home itself, whatever else might be one")
    func service() throws {
        let folder = ScratchDirectory.path
        let environment = ["HOME": folder, "XDG_STATE_HOME": "/elsewhere"]
        #expect(Home.standard(environment).path == "/elsewhere/nacre")
        #expect(Home.standard(["HOME": folder]).path == "\(folder)/.local/state/nacre")
        try Data().write(to: URL(fileURLWithPath: Home(path: folder).database))
        #expect(Home.standard(environment).path == folder)
        #expect(Home.standard(environment.merging(["NACRE_HOME": "/third"]) { $1 }).path == "/third")
        #expect(Home.standard([:]).path == "/var/lib/nacre")
    }
}
