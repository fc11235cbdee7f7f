// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("Program files", .timeLimit(.minutes(40)))
struct ProgramFileTests {
    @Test("a command is slow to begin: it loads what libgit2 needs to speak with other machines")
    func libraries() throws {
        // The dynamic linker names what it loads (ld.so(8)).
        let result = try Program.run(
            Program.product("nacre"),
            ["version"],
            environment: ["LD_TRACE_LOADED_OBJECTS": "1"]
        )
        #expect(result.status == 0 && result.output.contains("libc.so"), "\(result)")
        for name in ["crypto", "git2", "gssapi", "krb5", "mbed", "ssh2", "ssl"] {
            #expect(!result.output.contains("lib\(name)"), "\(result)")
        }
    }
}
